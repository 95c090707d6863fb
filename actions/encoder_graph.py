"""The encoder's forward pass as an ONNX graph, made from its weights: no export step, no PyTorch.

BERT (Devlin et al. 2019) with 6 layers, as sentence-transformers/all-MiniLM-L6-v2 has it: mean pooling over the
attention mask, then length 1.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Tuple

import numpy as np
from onnx import NodeProto, TensorProto, helper, numpy_helper

LAYERS, HEADS, HEAD_SIZE = 6, 12, 32
DIMENSIONS = HEADS * HEAD_SIZE
HALF_WAY = 3  # layers
EPSILON = 1e-12
OPSET, IR_VERSION = 17, 8
LARGE = 1_024  # numbers; smaller constants stand in the model, where the runtime can work with them
FAR_BELOW_ANY_SCORE = np.float32(-1e9)  # what padding scores, so that nothing attends to it


def encoder_graph(weights: Mapping[str, np.ndarray]) -> Tuple[bytes, Dict[str, np.ndarray]]:
    """A serialised model: `ids` (texts, tokens) and `mask` like it in, `vectors` (texts, 384) and `words` out.

    `words` (texts, tokens, 384) is what each token means half-way, where words still stand for themselves.

    Large constants are not in it but beside it, by name: the runtime takes them as they are, where a model of 90 MB
    would be held four times over while it is read.
    """
    graph = _Graph(weights)
    hidden = graph.embedded()
    ignored = graph.op("Sub", graph.number("one", 1.0), graph.op("Unsqueeze", "mask", graph.axes(1, 2)))
    ignored = graph.op("Mul", ignored, graph.number("ignored", FAR_BELOW_ANY_SCORE))
    for layer in range(LAYERS):
        hidden = graph.layer(hidden, ignored, f"encoder.layer.{layer}")
        if layer + 1 == HALF_WAY:
            graph.nodes.append(helper.make_node("Identity", [hidden], ["words"]))
    said = graph.op("Mul", hidden, graph.op("Unsqueeze", "mask", graph.axes(2)))
    tokens = graph.op("ReduceSum", "mask", graph.axes(1), keepdims=1)
    mean = graph.op("Div", graph.op("ReduceSum", said, graph.axes(1), keepdims=0), tokens)
    graph.nodes.append(helper.make_node("LpNormalization", [mean], ["vectors"], axis=1, p=2))
    return graph.serialised(), graph.beside


def _named(name: str, value: np.ndarray) -> TensorProto:
    """A constant without its numbers."""
    kind = helper.np_dtype_to_tensor_dtype(value.dtype)
    tensor = TensorProto(name=name, data_type=kind, dims=value.shape, data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key="location", value="given by name")
    return tensor


class _Graph:
    """Nodes and constants so far. Each method adds some and returns the name of what comes out."""

    def __init__(self, weights: Mapping[str, np.ndarray]) -> None:
        self._weights = weights
        self.nodes: List[NodeProto] = []
        self._constants: Dict[str, TensorProto] = {}
        self.beside: Dict[str, np.ndarray] = {}

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        name = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def constant(self, name: str, value: np.ndarray) -> str:
        if name not in self._constants:
            value = np.ascontiguousarray(value)
            if value.size < LARGE:
                self._constants[name] = numpy_helper.from_array(value, name)
            else:
                self.beside[name] = value
                self._constants[name] = _named(name, value)
        return name

    def number(self, name: str, value: float) -> str:
        return self.constant(name, np.array(value, dtype=np.float32))

    def axes(self, *axes: int) -> str:
        return self.constant(f"axes_{'_'.join(map(str, axes))}", np.array(axes, dtype=np.int64))

    def weight(self, name: str) -> str:
        return self.constant(name, self._weights[name].astype(np.float32))

    def embedded(self) -> str:
        words = self.op("Gather", self.weight("embeddings.word_embeddings.weight"), "ids")
        tokens = self.op("Shape", "ids", start=1, end=2)
        places = self.op("Slice", self.weight("embeddings.position_embeddings.weight"), self.axes(0), tokens)
        kind = self.constant("only_sentence", self._weights["embeddings.token_type_embeddings.weight"][0])
        return self.norm(self.op("Add", self.op("Add", words, places), kind), "embeddings.LayerNorm")

    def layer(self, hidden: str, ignored: str, name: str) -> str:
        attended = self.linear(
            self.attention(hidden, ignored, f"{name}.attention.self"), f"{name}.attention.output.dense"
        )
        hidden = self.norm(self.op("Add", attended, hidden), f"{name}.attention.output.LayerNorm")
        grown = self.gelu(self.linear(hidden, f"{name}.intermediate.dense"))
        return self.norm(self.op("Add", self.linear(grown, f"{name}.output.dense"), hidden), f"{name}.output.LayerNorm")

    def attention(self, hidden: str, ignored: str, name: str) -> str:
        def heads(part: str, order: List[int]) -> str:
            split = self.constant("into_heads", np.array([0, 0, HEADS, HEAD_SIZE], dtype=np.int64))
            return self.op("Transpose", self.op("Reshape", self.linear(hidden, f"{name}.{part}"), split), perm=order)

        scores = self.op("MatMul", heads("query", [0, 2, 1, 3]), heads("key", [0, 2, 3, 1]))
        scores = self.op("Mul", scores, self.number("scale", 1.0 / np.sqrt(HEAD_SIZE)))
        shares = self.op("Softmax", self.op("Add", scores, ignored), axis=-1)
        mixed = self.op("Transpose", self.op("MatMul", shares, heads("value", [0, 2, 1, 3])), perm=[0, 2, 1, 3])
        return self.op("Reshape", mixed, self.constant("joined", np.array([0, 0, DIMENSIONS], dtype=np.int64)))

    def gelu(self, values: str) -> str:
        spread = self.op("Erf", self.op("Mul", values, self.number("root", np.sqrt(0.5))))
        half = self.op("Mul", values, self.number("half", 0.5))
        return self.op("Mul", half, self.op("Add", self.number("one", 1.0), spread))

    def linear(self, values: str, name: str) -> str:
        turned = self.constant(f"{name}.turned", self._weights[f"{name}.weight"].T)
        return self.op("Add", self.op("MatMul", values, turned), self.weight(f"{name}.bias"))

    def norm(self, values: str, name: str) -> str:
        scale, offset = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.op("LayerNormalization", values, scale, offset, axis=-1, epsilon=EPSILON)

    def serialised(self) -> bytes:
        shape = ["texts", "tokens"]
        inputs = [
            helper.make_tensor_value_info("ids", TensorProto.INT64, shape),
            helper.make_tensor_value_info("mask", TensorProto.FLOAT, shape),
        ]
        outputs = [
            helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", DIMENSIONS]),
            helper.make_tensor_value_info("words", TensorProto.FLOAT, [*shape, DIMENSIONS]),
        ]
        graph = helper.make_graph(self.nodes, "sentence_encoder", inputs, outputs, list(self._constants.values()))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        return bytes(model.SerializeToString())
