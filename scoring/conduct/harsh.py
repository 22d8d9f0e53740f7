"""Does the brand deny, justify, mock or scold in its answer?"""

import re

_CUES = re.compile(
    r"""\b(?:
      onzin | flauwekul | aansteller | zeur\w* | zeik\w* | gezeur | geklaag | klaag\w*\ niet | niet\ zo\ klagen
    | (?:leer|kun\w*\ (?:je|u)(?:\ niet)?)\ (?:eens\ )?lezen | lees\ (?:dan\ )?(?:eerst|eens|toch) | beter\ (?:lezen|opletten)
    | had\ (?:je|u)\ (?:dan\ )?maar | moet\ (?:je|u)\ maar | dan\ (?:had|moet)\ (?:je|u) | eigen\ (?:schuld|fout)
    | (?:dat\ is\ )?niet\ ons\ probleem | jouw\ probleem | uw\ probleem | jammer\ dan | pech\ gehad | doei
    | (?:zoals|hebben|heb)\ (?:ik|we|wij)\ (?:u|je|al|net|toch|het)\b[^.?!]{0,30}\ (?:gezegd|uitgelegd|gemeld|verteld)
    | nogmaals | voor\ de\ (?:tweede|derde|laatste|zoveelste)\ keer | hoe\ vaak\ moet\w*
    | (?:doe|reageer)\ (?:eens\ )?(?:normaal|rustig|niet\ zo) | stel\ (?:je|u)\ niet\ (?:zo\ )?aan | rustig\ aan\ (?:hè|he|zeg)
    | (?:wel\ )?(?:iets\ )?beters\ te\ doen | ga\ (?:dan\ )?(?:lekker\ )?(?:ergens\ anders|naar\ (?:een\ ander|de\ concurrent)\w*)
    | (?:eerst|eens|zelf)\ (?:\w+\ ){0,2}lezen | daar\ zijn\ (?:wij|we)\ niet\ voor | voordat\ (?:je|u)\ hier\ komt
    | staat\ (?:gewoon|toch|allemaal|duidelijk)\ op | wat\ (?:wil|verwacht)(?:t|en)?\ (?:je|u)\ dan | leg\ je\ (?:er\ )?maar
    | nonsense | rubbish | stop\ (?:whining|complaining|moaning) | calm\ down | get\ over\ it | deal\ with\ it
    | not\ our\ (?:problem|fault) | your\ (?:own\ )?(?:fault|problem) | (?:can'?t|cannot)\ you\ read | learn\ to\ read
    | (?:please\ )?read\ (?:it\ )?(?:first|properly|the\ (?:terms|manual)) | as\ (?:i|we)\ (?:already\ )?(?:said|told|explained)
    | (?:i|we)'?(?:ve)?\ already\ (?:said|told|explained) | you\ should(?:'ve|\ have) | go\ (?:somewhere\ else|elsewhere)
    | better\ things\ to\ do | too\ bad | grow\ up
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)

_KIND = frozenset(("says sorry", "sympathises"))


def is_harsh(text: str, marks: frozenset[str]) -> bool:
    """Tell a snapping answer by its words; one that says sorry or sympathises is not counted.

    `marks` are those of `answers.marks_of`. Words of the customer that the answer quotes do not count.
    """
    spoken = re.sub(r"[\"“„'‘]{1,2}[^\"”’']{3,}[\"”’']{1,2}", " ", text)
    return not marks & _KIND and _CUES.search(spoken) is not None
