from dataclasses import replace

from pages import personal_data
from pages.personal_data import every_field_has_a_rule, rules


def test_the_policy_covers_every_field():
    assert every_field_has_a_rule(None) == []


def test_a_new_field_without_a_rule_fails_the_check(monkeypatch):
    shortened = [
        replace(r, plain=[f for f in r.plain if f != "depth"]) if r.model == "comments.Comment" else r for r in rules()
    ]
    monkeypatch.setattr(personal_data, "rules", lambda: shortened)

    assert [e.id for e in every_field_has_a_rule(None)] == ["personal_data.E002"]


def test_a_model_without_a_rule_fails_the_check(monkeypatch):
    monkeypatch.setattr(
        personal_data, "rules", lambda: [r for r in rules.__wrapped__() if r.model != "articles.Rating"]
    )

    assert [e.id for e in every_field_has_a_rule(None)] == ["personal_data.E001"]


def test_a_rule_about_a_field_that_is_gone_fails_the_check(monkeypatch):
    longer = [replace(r, plain=[*r.plain, "gone"]) if r.model == "edge.Heartbeat" else r for r in rules()]
    monkeypatch.setattr(personal_data, "rules", lambda: longer)

    assert [e.id for e in every_field_has_a_rule(None)] == ["personal_data.E003"]


def test_every_rule_about_people_says_what_and_why():
    about_people = [rule for rule in rules() if rule.personal]

    assert len(about_people) > 10
    assert all(rule.what and rule.why for rule in about_people)


def test_an_age_of_some_rows_says_of_which_in_a_readers_words(monkeypatch):
    of_some = [age for rule in rules() for age in rule.age if age.where or age.among]
    assert of_some
    assert all(age.which for age in of_some)

    silent = [
        replace(r, age=[replace(age, which="") for age in r.age]) if r.model == "comments.Version" else r
        for r in rules()
    ]
    monkeypatch.setattr(personal_data, "rules", lambda: silent)
    assert [e.id for e in every_field_has_a_rule(None)] == ["personal_data.E007"]
