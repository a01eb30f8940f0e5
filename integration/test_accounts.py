"""Signing up and signing in, as a new user does it."""

import pytest

from rollout.target import Action
from rollout.target.answer import expect, expect_as
from rollout.target.http import Client
from rollout.target.permission import purpose
from xcodereviewer.api import API, Api, login
from xcodereviewer.fixtures.users import SignUp
from xcodereviewer.models import RefusalBody
from xcodereviewer.refusals import TURNED_AWAY
from xcodereviewer.unique_names import fresh_name

pytestmark = [pytest.mark.criterion("features-functional"), pytest.mark.promise("api: POST /api/v1/auth/register")]


def test_a_new_person_signs_in_and_is_known_by_name(sign_up: SignUp) -> None:
    """
    Who registered and logged in is the one whom `me` names, active and no administrator.
    """
    newcomer = sign_up()
    newcomer.login()
    me = newcomer.me()
    assert (me.username, me.is_active) == (newcomer.name, True)
    assert me.role != "admin"


@pytest.mark.promise("api: POST /api/v1/auth/login")
def test_people_sign_in_by_name_and_by_email(newcomer: Api) -> None:
    """
    The login form takes the user name as well as the e-mail address.
    """
    by_email = Api(newcomer.client, newcomer.me().email, newcomer.password)
    by_email.login()
    assert by_email.me() == newcomer.me()


def test_a_name_is_taken_only_once(newcomer: Api, sign_up: SignUp) -> None:
    """
    A second registration with the same name and address is refused, and the first person's password goes on to work.
    """
    other = sign_up()
    form = {
        "email": newcomer.me().email,
        "username": newcomer.name,
        "password": other.password.get_secret_value(),
    }
    expect(newcomer.client.post(f"{API}/auth/register", json=form), 400, 409)
    expect(login(newcomer.client, newcomer.name, newcomer.password))
    expect(login(newcomer.client, newcomer.name, other.password), *TURNED_AWAY)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("password", "Short1!", id="a short password"),
        pytest.param("password", "no-upper-case-0", id="a password without upper case"),
        pytest.param("password", "NoDigitsAtAll!", id="a password without digits"),
        pytest.param("username", "no spaces allowed", id="a name with spaces"),
        pytest.param("email", "nobody", id="an address without a host"),
    ],
)
def test_a_form_that_breaks_the_rules_is_refused(anonymous: Client, field: str, value: str) -> None:
    """
    Registration refuses weak passwords and malformed names, and says which field is wrong.
    """
    name = fresh_name("refused-")  # one that was let in must not take the names of the others
    form = {"email": f"{name}@example.com", "username": name, "password": "Aa1!aaaaaaaa"}
    answer = anonymous.post(f"{API}/auth/register", json={**form, field: value}, extensions=purpose(Action.PROBE))
    assert field in str(expect_as(RefusalBody, answer, 422).detail)
