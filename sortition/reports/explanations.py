"""What the public page explains in a few sentences each: aims, proofs and words, in the language chosen."""

from __future__ import annotations

from sortition.messages import phrase


def aims() -> dict[str, str]:
    """Say what each objective aims at."""
    return {
        "leximin": phrase(
            "The aim was to give the least likely person the highest chance that the quotas allow; then the next "
            "least likely, and so on up to the most likely (this is called leximin)."
        ),
        "maximin": phrase(
            "The aim was to give the least likely person the highest chance that the quotas allow (this is called"
            " maximin)."
        ),
        "nash": phrase(
            "The aim was to make the product of everybody’s chances as large as the quotas allow, which balances "
            "the chances of the less likely against those of the more likely (this is called Nash welfare)."
        ),
        "goldilocks": phrase(
            "The aim was to keep the highest chance low and the lowest chance high, both measured against what "
            "everybody would have if all chances were equal (this is called Goldilocks)."
        ),
        "minimax": phrase(
            "The aim was to make the chance of the most likely person as low as the quotas allow, so that nobody "
            "gains much by giving wrong answers (this is called minimax)."
        ),
        "legacy": phrase(
            "There was no aim for people’s chances: panels were put together person by person, each time from the"
            " group that was hardest to fill. This method guarantees nothing, and what it calls fair chances was "
            "only counted from the panels drawn (this is called the legacy method)."
        ),
    }


def proofs() -> dict[str, str]:
    """Say how it is known that the aim was reached."""
    return {
        "proved": phrase(
            "This was proved: the file certificate.json holds the proof, and anyone can check it with exact "
            "fractions, without trusting the program that made the lottery."
        ),
        "attested by the solver": phrase(
            "Part of this rests on the word of the program that solved the equations and is not proved step by "
            "step; the file certificate.json says which part."
        ),
        "heuristic": phrase(
            "There is no proof that this was reached: the lottery was made by a method that does not give one."
        ),
    }


def words_explained() -> dict[str, str]:
    """Explain each word in a sentence."""
    return {
        phrase("Sortition"): phrase("Choosing people by lot, as juries are."),
        phrase("Pool"): phrase("The people who said yes to the invitation and may be drawn."),
        phrase("Quota"): phrase(
            "The lowest and highest number of seats for people who have something in common, such as an age band."
        ),
        phrase("Panel"): phrase(
            "A set of people who fill all seats. Only panels that meet every quota are on the list."
        ),
        phrase("Lottery"): phrase("The numbered list of panels. Every number is equally likely."),
        phrase("Ticket"): phrase("A number on that list. Drawing a ticket draws the panel that has its number."),
        phrase("Chance"): phrase(
            "How likely a person is to get a seat: the tickets whose panel they are on, out of all tickets."
        ),
        phrase("Fair chance"): phrase(
            "The chance before rounding to whole tickets, as if the list could be endlessly long."
        ),
        phrase("Seed"): phrase(
            "A public text that nobody could know or choose beforehand, such as dice thrown in a meeting."
        ),
        phrase("Digest"): phrase("A fingerprint of a file or list. The same content always has the same one."),
    }
