"""The topics the assistant knows, as `nlu_data/topics.yml` lists them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot.core.messages import Programme

ROUTES = (
    "faq",
    "own_record",
    "hand_off",
    "red_flag",
    "emergency",
    "crisis",
    "small_talk",
    "out_of_scope",
)


@dataclass(frozen=True)
class Topic:
    """What a patient may ask about. `question` and `button` (20 characters at most) are shown in a clarify."""

    name: str
    group: str
    route: str
    programmes: tuple[Programme, ...]
    question: str
    button: str
    numbers: tuple[int, ...] = ()


class Topics(Mapping[str, Topic]):
    """All topics by name, in the order of the file."""

    def __init__(self, topics: tuple[Topic, ...]) -> None:
        self._by_name = {topic.name: topic for topic in topics}

    def __getitem__(self, name: str) -> Topic:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def route(self, name: str) -> str:
        """What `decide` does with a topic; an unknown one is out of scope, never answered."""
        topic = self._by_name.get(name)
        return topic.route if topic else "out_of_scope"

    def as_plain(self) -> list[dict[str, Any]]:
        """The topics as JSON values: a release keeps them."""
        return [asdict(topic) for topic in self._by_name.values()]

    @classmethod
    def from_plain(cls, topics: Iterable[Mapping[str, Any]]) -> "Topics":
        """What `as_plain` gave."""
        return cls(
            tuple(
                Topic(
                    **{
                        **one,
                        "programmes": tuple(Programme(name) for name in one["programmes"]),
                        "numbers": tuple(one["numbers"]),
                    }
                )
                for one in topics
            )
        )
