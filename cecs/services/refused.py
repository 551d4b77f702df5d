"""The one way in which a service says no to a person."""

from cecs.domain.sentences import Sentence


class Refused(Exception):
    """What was asked cannot be done, and nothing was; `sentence` says why to who asked."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence
