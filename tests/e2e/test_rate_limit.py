"""What is over the rate of a source is left out, and the reader can say which bytes and why."""

from tests.e2e.test_delivery import assert_each_once_or_in_a_gap, caught_up
from tests.support.log_file import numbered
from tests.support.reader import Reader
from tests.support.system import System


async def test_lines_over_the_rate_are_gaps_with_a_reason_and_others_do_not_suffer(
    system: System, reader: Reader
) -> None:
    await system.agent(system.log_directory, "--lines-per-second", "200")
    loud, quiet = system.log_file("loud.log"), system.log_file("quiet.log")
    loud.append(numbered(1, 5000))
    quiet.append(numbered(1, 50))
    await caught_up(reader, [loud, quiet])
    assert reader.receiver.texts("quiet.log") == quiet.written
    assert {gap.reason for gap in reader.gaps()} == {"rate"}
    assert_each_once_or_in_a_gap(reader, loud)
    assert 200 <= len(reader.receiver.texts("loud.log")) < 5000
