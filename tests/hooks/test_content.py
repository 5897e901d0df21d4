"""The catalogues: the fifteen practices and the date ideas, held to what the contract and the facts say of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Literal, get_args, get_type_hints

import pytest
from pydantic.color import COLORS_BY_NAME

from fondly_hooks.dates import read_ideas
from fondly_hooks.errors import SourceError
from fondly_hooks.practices.catalogue import read_practice
from fondly_hooks.types.cadence import parse_cadence
from fondly_hooks.types.content import DateIdea, Grade, Practice, Suggestion
from fondly_hooks.types.times import PARTS
from support import built_in_ideas, built_in_practices

EVERY = {
    "communication": "2 per month",
    "quality-time": "2 per month",
    "affection": "2 per month",
    "shared-experiences": "monthly",
    "support": "monthly",
    "empathy": "quarterly",
    "challenges": "monthly",
    "gratitude": "weekly",
    "boundaries": "quarterly",
    "vulnerability": "6 per year",
    "celebration": "monthly",
    "forgiveness": "on request",
    "romance": "monthly",
    "presence": "2 per month",
    "professional-help": "2 per year",
}
# What people say in a consulting room, or to each other only in books.
JARGON = (
    r"attachment|boundar\w+|clos(?:ed|ure)|co-?depend\w*|co-?regulat\w*|cop(?:e|ing)|dysregul\w*|emotional\w*|empath\w*|"
    r"gaslight\w*|heal(?:s|ed|ing)?|hold(?:ing)? space|inner child|intima\w+|journey|love languages?|mindful\w*|"
    r"narciss\w*|nervous system|open up|process(?:es|ed|ing)?|red flags?|safe space|self-care|share your|therap\w*|"
    r"toxic|trauma\w*|trigger\w*|unpack\w*|validat\w*|vulnerab\w*"
)
SCORES = r"points?|score\w*|streaks?|level up|goals?|homework|task of the day|partner of"
# Nobody is assumed to be married, to be two, or to be a man or a woman.
ASSUMED = (
    r"husbands?|wife|wives|spouses?|girlfriends?|boyfriends?|fianc\w+|married|marriage|both of you|the two of you|"
    r"he|she|him|his|hers?|himself|herself|ladies|gentlem[ae]n|other half|better half|soulmates?"
)
# Words that any suggestion may have, whatever it is about.
COMMON = set(
    "about after again all also and any are because been before both but came can come could did does done down "
    "each even ever every first for from get give got had has have here how into its just keep last let like long "
    "make many may might more most much must never new next not now off old once one only other others our out "
    "over own part put said same saw say see seen she should some still such take tell than that the their them "
    "then there these they thing this those till too two under until very want was way were what when where which "
    "while who whom whose why will with would you your yours yourself".split()
)
AVOIDABLE = set("alcohol animals cold crowds darkness flames food heat heights loud screens sugar water".split())
ROOT = Path(__file__).parents[2]
FACTS = ROOT.parent / "shared/facts/practices.md"
PRACTICES = built_in_practices()
IDEAS = built_in_ideas()
each_practice = pytest.mark.parametrize("practice", PRACTICES, ids=lambda practice: practice.slug)
each_idea = pytest.mark.parametrize("idea", IDEAS, ids=lambda idea: idea.slug)


def words_in(pattern: str, *texts: str) -> list[str]:
    """The words of the pattern that stand in these texts."""
    return [match[0] for text in texts for match in re.finditer(rf"\b(?:{pattern})\b", text, re.IGNORECASE)]


def sentences(text: str) -> int:
    """How many sentences end in a text."""
    return len(re.findall(r"[.!?]+(?=[\"'”’)]*(?:\s|$))", text))


def content_words(one: Suggestion) -> set[str]:
    """What a suggestion speaks of: its words but those that any may have, each without the s of a plural."""
    words = re.findall(r"[a-z]+", f"{one.title} {one.text}".lower())
    return {word.removesuffix("s") for word in words if len(word) > 2 and word not in COMMON}


def readability(text: str) -> float:
    """The automated readability index: about the school year in which a child can read the text."""
    words = re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", text)
    letters = sum(character.isalnum() for character in text)
    return 4.71 * letters / len(words) + 0.5 * len(words) / max(1, sentences(text)) - 21.43


def check_choices(record: object) -> None:
    """Each field that is a choice among words holds one of them."""
    for name, hint in get_type_hints(type(record)).items():
        if getattr(hint, "__origin__", None) is Literal:
            assert getattr(record, name) in get_args(hint), (record, name)


def doubles(names: Iterable[str]) -> list[str]:
    """The names that come more than once, capitals aside."""
    return [name for name, count in Counter(name.lower() for name in names).items() if count > 1]


def test_there_are_the_fifteen_practices() -> None:
    """The fifteen ways to deepen a connection, each once, in the order of their slugs."""
    assert [practice.slug for practice in PRACTICES] == sorted(EVERY)


@each_practice
def test_a_practice_comes_as_often_as_the_contract_says(practice: Practice) -> None:
    """The gentle default of each practice, in words that are read back as the same."""
    assert practice.every == parse_cadence(EVERY[practice.slug])
    assert parse_cadence(str(practice.every)) == practice.every


@each_practice
def test_a_practice_has_enough_to_suggest(practice: Practice) -> None:
    """At least twenty suggestions; most are done as the practice is done, and who is alone in it has eight."""
    own = [one for one in practice.suggestions if one.together == practice.together]
    alone = [one for one in practice.suggestions if not one.together]
    assert len(practice.suggestions) >= 20
    assert len(own) >= (16 if practice.together else 20)
    assert len(alone) >= 8


def test_there_are_three_hundred_suggestions() -> None:
    """Enough for years."""
    assert sum(len(practice.suggestions) for practice in PRACTICES) >= 300


@each_practice
def test_a_practice_suits_tired_and_distant_people(practice: Practice) -> None:
    """Of what is done as the practice is done, enough is light, asks for little, works at a distance, takes no time."""
    own = [one for one in practice.suggestions if one.together == practice.together and not one.touch]
    assert sum(one.depth == 1 for one in own) >= 9
    assert sum(one.setting in ("apart", "anywhere") for one in own) >= 9
    assert sum(one.energy == "low" for one in own) >= 7
    assert sum(one.minutes <= 10 for one in practice.suggestions) >= 4


@each_practice
def test_a_text_is_short(practice: Practice) -> None:
    """One to three sentences of instruction; two of what the practice is and why it helps."""
    assert [one.slug for one in practice.suggestions if not 1 <= sentences(one.text) <= 3] == []
    assert sentences(practice.about) == 2


@each_practice
def test_a_suggestion_fits_its_slot(practice: Practice) -> None:
    """No suggestion takes longer than the time that is kept free for it."""
    assert [one.slug for one in practice.suggestions if not 1 <= one.minutes <= practice.minutes] == []
    assert max(one.minutes for one in practice.suggestions) == practice.minutes


@each_practice
def test_a_practice_has_times(practice: Practice) -> None:
    """Each practice has windows that hold its slot, in hours when people are awake."""
    assert practice.at
    for window in practice.at:
        assert window.end - window.start >= practice.minutes
        assert window.start >= 7 * 60
        assert window.end <= 22 * 60


@each_practice
def test_titles_are_short(practice: Practice) -> None:
    """A title fits the width of a phone's calendar, and a neutral one says nothing that is nobody's business."""
    titles = [practice.name, practice.neutral_title, *(one.title for one in practice.suggestions)]
    assert [title for title in titles if not 0 < len(title) <= 40] == []
    assert not words_in(rf"{JARGON}|love|romance|forgiv\w*|hurt|sex\w*|kiss\w*|help", practice.neutral_title)


@each_practice
def test_words_of_choice_are_known(practice: Practice) -> None:
    """Energy, setting and depth are of the contract's words and numbers; slugs have one form, colours CSS's names."""
    for one in practice.suggestions:
        check_choices(one)
        assert one.depth in (1, 2, 3)
        assert isinstance(one.touch, bool)
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", one.slug)
        assert one.tags
    assert practice.color in COLORS_BY_NAME


@each_practice
def test_a_practice_is_easy_to_read(practice: Practice) -> None:
    """Its texts can be read by a twelve-year-old, all together and each for itself."""
    texts = [practice.about, *(one.text for one in practice.suggestions)]
    assert readability(" ".join(texts)) <= 7
    assert [text for text in texts if readability(text) > 7] == []


@each_practice
def test_a_practice_speaks_as_people_do(practice: Practice) -> None:
    """No therapy-speak and no scores; nobody is assumed to be married, two, a man or a woman."""
    texts = [practice.about, practice.caution, practice.rather_not, practice.neutral_title]
    texts += [text for one in practice.suggestions for text in (one.title, one.text)]
    assert words_in(f"{JARGON}|{SCORES}", *texts) == []
    assert words_in(ASSUMED, practice.name, practice.evidence, *texts) == []


@each_practice
def test_a_practice_says_what_stands_behind_it_and_whom_it_may_hurt(practice: Practice) -> None:
    """Each practice has all its facts: what is known and how well, whom it may hurt, when to leave it."""
    for text in (practice.about, practice.evidence, practice.caution, practice.rather_not):
        assert text.endswith(".")
    assert practice.grade in get_args(Grade)
    assert bool(practice.studies) == (practice.grade != "judgement")
    for study in practice.studies:
        assert study.author
        assert study.kind
        assert 1950 < study.year < 2027


def test_grades_are_honest() -> None:
    """Nothing here is better supported than the facts say: no practice is strong, and four are mere judgement."""
    grades = Counter(practice.grade for practice in PRACTICES)
    assert grades["strong"] == 0
    assert grades["fair"] <= 3
    assert grades["judgement"] >= 4


@pytest.mark.skipif(not FACTS.is_file(), reason=f"{FACTS.name}, the page of facts, is not there")
def test_studies_are_those_of_the_facts() -> None:
    """Each author and year stands on the page of facts; nothing is made up."""
    facts = FACTS.read_text(encoding="utf-8")
    studies = {(study.author, str(study.year)) for practice in PRACTICES for study in practice.studies}
    assert len(studies) >= 8
    assert {study for study in studies if f"{study[0]} {study[1]}" not in facts} == set()


def test_what_to_do_in_danger_is_never_in_a_calendar() -> None:
    """Where to turn stands on the page of professional help and in the docs; titles and texts speak of none of it."""
    fear = (
        r"abus\w*|violen\w*|danger\w*|afraid|suicid\w*|self-harm|addict\w*|emergenc\w*|affairs?|hotlines?|crisis|unsafe"
    )
    texts = [text for p in PRACTICES for one in p.suggestions for text in (one.title, one.text)]
    assert words_in(fear, *texts) == []
    (helping,) = (practice for practice in PRACTICES if practice.safety)
    assert helping.slug == "professional-help"
    told = " ".join((ROOT / "docs/safety.md").read_text(encoding="utf-8").split())
    for sentence in re.findall(r"[^.]+\.", " ".join(helping.safety.split())):
        assert sentence.strip() in told


def test_private_practices() -> None:
    """Forgiveness and professional help are shown to ``me`` alone, and are done alone."""
    assert [practice.slug for practice in PRACTICES if practice.private] == ["forgiveness", "professional-help"]
    assert not any(practice.together for practice in PRACTICES if practice.private)


def test_forgiveness_is_never_asked_for() -> None:
    """Nobody is reminded to forgive, and 'not yet' is among the answers."""
    (forgiveness,) = (practice for practice in PRACTICES if practice.slug == "forgiveness")
    assert not forgiveness.every.is_planned
    assert any("not yet" in one.text.lower() for one in forgiveness.suggestions)


def test_no_two_suggestions_share_their_words() -> None:
    """No two of them share more than 60 % of the content words of the shorter one."""
    spoken = [(f"{p.slug}/{one.slug}", content_words(one)) for p in PRACTICES for one in p.suggestions]
    assert min(len(words) for _, words in spoken) >= 4
    alike = [
        (first, second)
        for (first, mine), (second, theirs) in combinations(spoken, 2)
        if len(mine & theirs) > 0.6 * min(len(mine), len(theirs))
    ]
    assert alike == []


def test_no_two_suggestions_are_alike() -> None:
    """A slug names one suggestion, and no title is used twice, here or among the ideas."""
    suggestions = [one for practice in PRACTICES for one in practice.suggestions]
    assert doubles(one.slug for one in suggestions) == []
    assert doubles([*(one.title for one in suggestions), *(idea.title for idea in IDEAS)]) == []
    assert doubles(practice.name for practice in PRACTICES) == []
    assert doubles(practice.neutral_title for practice in PRACTICES) == []
    assert doubles(one.text for one in suggestions) == []


def test_what_asks_for_touch_says_so() -> None:
    """A suggestion whose words are of touch is marked, so that it comes only to who asked for it."""
    touch = r"hug\w*|kiss\w*|cuddl\w*|massage\w*|caress\w*|hold(?:ing)? hands|back rubs?"
    suggestions = [one for practice in PRACTICES for one in practice.suggestions]
    of_touch = {one.slug for one in suggestions if words_in(touch, one.title, one.text)}
    assert of_touch - {one.slug for one in suggestions if one.touch} == set()
    assert any(one.touch for one in suggestions)


def test_each_practice_can_begin_lightly() -> None:
    """In the first weeks, and without touch, every practice has something to suggest."""
    for practice in PRACTICES:
        light = [one for one in practice.suggestions if one.depth == 1 and not one.touch]
        assert light, practice.slug


def test_there_are_forty_ideas() -> None:
    """Forty date ideas, each with a slug and a title of its own."""
    assert len(IDEAS) >= 40
    assert doubles(idea.slug for idea in IDEAS) == []
    assert doubles(idea.text for idea in IDEAS) == []


@each_idea
def test_an_idea_holds_what_is_needed_to_choose_it(idea: DateIdea) -> None:
    """Its choices are words of the contract, its numbers make sense, its practices exist."""
    check_choices(idea)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", idea.slug)
    assert 0 < len(idea.title) <= 40
    assert 15 <= idea.minutes <= 600
    assert 0 <= idea.cost <= 200
    assert idea.effort in (1, 2, 3)
    assert 0 <= idea.days_ahead <= 60
    assert idea.age in (0, 12, 14, 16, 18)
    assert idea.parts
    assert set(idea.parts) <= set(PARTS)
    assert set(idea.seasons) <= {"spring", "summer", "autumn", "winter"}
    assert set(idea.contains) <= AVOIDABLE
    assert idea.serves
    assert set(idea.serves) <= set(EVERY)
    assert not set(idea.serves) & {"forgiveness", "professional-help"}


@each_idea
def test_an_idea_is_easy_to_read_and_for_everybody(idea: DateIdea) -> None:
    """Plain words, for any number of people of any kind."""
    assert readability(idea.text) <= 7
    texts = (idea.title, idea.text, *idea.prepare)
    assert words_in(f"{JARGON}|{SCORES}|{ASSUMED}", *texts) == []


@each_idea
def test_an_idea_that_needs_days_says_for_what(idea: DateIdea) -> None:
    """What has to be prepared days ahead is named, so that it can be put into the calendar."""
    assert not idea.days_ahead or idea.prepare
    assert all(0 < len(step) <= 60 for step in idea.prepare)


@each_idea
def test_an_idea_says_what_somebody_may_want_to_avoid(idea: DateIdea) -> None:
    """Alcohol, heights, animals and food in the words of an idea are also among what it contains."""
    signs = {
        "alcohol": r"wine|beer|cocktails?|whisky|champagne|brewery|prosecco",
        "food": r"cook|bake|eat|dinner|breakfast|picnic|soup",
        "screens": r"film|movie|video call",
        "heights": r"climb|tower|cliff|zip line",
    }
    missing = [sign for sign, pattern in signs.items() if words_in(pattern, idea.text) and sign not in idea.contains]
    assert missing == []


def test_there_is_something_for_everybody() -> None:
    """However tight the purse, the time, the weather or the sitter, several ideas are left."""
    assert sum(idea.cost == 0 for idea in IDEAS) >= 8
    assert sum(idea.setting == "apart" for idea in IDEAS) >= 4
    assert sum(idea.setting == "home" and idea.weather == "any" for idea in IDEAS) >= 8
    assert sum(idea.children == "welcome" and not idea.days_ahead and idea.cost <= 10 for idea in IDEAS) >= 8
    assert sum(idea.step_free and idea.quiet for idea in IDEAS) >= 8
    assert sum(idea.energy == "low" and idea.effort == 1 for idea in IDEAS) >= 8
    assert sum("alcohol" not in idea.contains for idea in IDEAS) >= 35
    for season in ("spring", "summer", "autumn", "winter"):
        assert sum(season in idea.seasons for idea in IDEAS) >= 3


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("slug: gratitude\n", ""), "'slug' is missing"),
        (("with: solo", "with: alone"), "'alone' is neither 'together' nor 'solo'"),
        (("every: weekly", "every: now and then"), "'now and then' is no rhythm"),
        (("at: [", "at: [night, "), "'night' is no window"),
        (("about: >-", "about: 5\nmore: >-"), "gratitude.yaml"),
        (("suggestions:", "suggestions: ["), "is no YAML"),
    ],
)
def test_a_broken_practice_is_told_by_file(change: tuple[str, str], told: str) -> None:
    """A mistake in a practice's file is told with the file's name and what is wrong."""
    from importlib import resources

    text = resources.files("fondly_hooks.practices").joinpath("gratitude.yaml").read_text(encoding="utf-8")
    assert read_practice(text.encode(), "gratitude.yaml").slug == "gratitude"
    assert change[0] in text
    with pytest.raises(SourceError, match=re.escape(told)) as caught:
        read_practice(text.replace(*change).encode(), "gratitude.yaml")
    assert str(caught.value).startswith("gratitude.yaml: ")


@pytest.mark.parametrize("text", ["- slug: x", "- x", "x", "5", "- {slug: x, what: y}", "[", "- {slug: x, minutes: }"])
def test_broken_ideas_are_told_by_file(text: str) -> None:
    """A mistake in a file of ideas is told with the file's name."""
    with pytest.raises(SourceError, match=r"^mine\.yaml: "):
        list(read_ideas(text.encode(), "mine.yaml"))


def test_records_are_what_they_say() -> None:
    """The catalogues give the records of the contract."""
    assert {type(practice) for practice in PRACTICES} == {Practice}
    assert {type(one) for practice in PRACTICES for one in practice.suggestions} == {Suggestion}
    assert {type(idea) for idea in IDEAS} == {DateIdea}
