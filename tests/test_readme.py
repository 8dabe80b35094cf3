"""What the README shows is what the program takes."""

import re
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evosnn.campaign import CampaignSpec
from evosnn.cli._main import app
from evosnn.evolution import OBJECTIVES
from evosnn.hardware import MECHANISMS
from evosnn.tasks import ENCODER_KINDS

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
FILES = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("text", FILES)
def test_a_campaign_file_is_valid(text):
    CampaignSpec.model_validate(tomllib.loads(text))


def test_all_names_are_listed():
    for name in [*OBJECTIVES, *MECHANISMS, *ENCODER_KINDS]:
        assert f"`{name}`" in README, name


@pytest.mark.parametrize("command", sorted(set(re.findall(r"evosnn ([a-z]+) ", README))))
def test_a_command_exists(command):
    result = CliRunner().invoke(app, [command, "--help"])
    assert result.exit_code == 0
    for option in set(re.findall(rf"evosnn {command} [^`\n|]*?(--[a-z]+)", README)):
        assert option in result.output


def test_pictures_are_there():
    for path in re.findall(r"\]\((results/[^)]+)\)", README):
        assert (Path(__file__).parents[1] / path).is_file(), path
