"""A Messenger assistant for screening questions, in the order a message travels.

``web.webhook`` takes a signed POST in and stores its events; ``worker.answer_next`` decides one patient
turn with ``core``; ``worker.send_next`` sends what was decided through ``messenger.graph_api``. Read those
three files for the whole story.
"""
