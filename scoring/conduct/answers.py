"""What a good webcare answer has, read from its words in Dutch and English."""

import re

LONGEST = 4_096
"""Characters of an answer that are read: some patterns take time with the square of the text's length."""

CHECKLIST: dict[str, re.Pattern[str]] = {
    mark: re.compile(pattern, re.IGNORECASE)
    for mark, pattern in {
        "greets": r"^(?:@\S+\s|[^\w@])*+(?:hoi|hallo|hey|hi|hello|dear|beste|geachte|dag|goede\w*\s?(?:morgen|middag|avond)|good (?:morning|afternoon|evening))\b",
        "thanks": r"\b(?:dank\w*|bedankt|thanks|thank you|thx)\b",
        "says sorry": r"\b(?:sorry|excuses?|verontschuldig\w*|spijt|apolog\w+)\b",
        "sympathises": r"\b(?:vervelend|begrijp\w*|snap(?:pen)?|balen|naar om te|rot voor|jammer (?:om|dat)|understand|frustrat\w+|that'?s not (?:ok|good|what)|(?:sorry|sad) to (?:hear|read))\b",
        "asks on": r"\?",
        "informs": r"https?://|\b(?:omdat|want|oorzaak|storing|meer info\w*|volgens|because|due to|the cause|more info\w*)\b",
        "says what and when": r"\b(?:vandaag|morgen|vanavond|binnen \S+ (?:uur|minuten|dagen|werkdagen)|uiterlijk|vóór|zodra|today|tomorrow|tonight|within \S+ (?:hours?|minutes?|days?)|by (?:noon|monday|tuesday|wednesday|thursday|friday|saturday|sunday)|as soon as)\b",
        "compensates": r"\b(?:vergoed\w*|compens\w*|tegoed\w*|terugbetal\w*|korting|kosteloos|refund\w*|compensat\w*|voucher|free of charge)\b",
        "signs with a name": r"(?:[\^~/–-]\s?[A-Z][\w'’-]*\s*$|(?i:groet\w*|gr\.?|regards|cheers)[\s,]+[A-Z][\w'’-]+\W*$)",
    }.items()
}
"""The marks of a good answer, in the order in which an alert lists them."""

CHECKLIST["signs with a name"] = re.compile(CHECKLIST["signs with a name"].pattern)


def marks_of(text: str) -> frozenset[str]:
    """Which marks of `CHECKLIST` the answer `text` has."""
    return frozenset(mark for mark, pattern in CHECKLIST.items() if pattern.search(text))
