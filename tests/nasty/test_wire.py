"""W cases through real processes: whatever the connection and the service do, each line arrives once and in order."""

import asyncio
from pathlib import Path

import pytest
from azure.messaging.webpubsubservice import WebPubSubServiceClient

from tests.nasty.breakable import Breakable, breakable, connection_id, happened, logged, without_tokens
from tests.nasty.cases import case
from tests.support.eventually import eventually
from tests.support.log_file import LogFile, numbered
from tests.support.processes import Process
from tests.support.reader import Reader

IMPATIENT = {"ACK_TIMEOUT": "1", "PING_INTERVAL": "1"}


@pytest.fixture
async def agent(broken: Breakable, witness: Reader, looking: str) -> Process:
    """An agent that soon asks for missing acks, and is connected; the reader was there before it."""
    agent = broken.launch_agent(broken.log_directory, looking, env=IMPATIENT)
    await agent.said("connection_opened")
    return agent


async def assert_arrives(reader: Reader, file: LogFile) -> None:
    """Every line that was written so far arrives once and in order."""
    await reader.lines(len(file.written), file.path.name)
    assert reader.receiver.texts(file.path.name) == file.written
    assert reader.gaps() == []


@case("W1")
async def test_lost_acks_are_asked_for_again_and_nothing_is_delivered_twice(
    broken: Breakable, agent: Process, witness: Reader
) -> None:
    lost = broken.faults.lose_acks(request="sendToGroup", count=3)
    file = broken.log_file()
    for batch in range(4):
        file.append(numbered(batch * 50 + 1, batch * 50 + 50))
        await assert_arrives(witness, file)
    await lost.wait_async(3)
    await eventually(lambda: witness.acked("app.log") == file.path.stat().st_size, "all is acknowledged")
    assert witness.receiver.repeats == 0
    assert len(logged(agent, "connection_opened")) == 1


@case("W1", "W3")
async def test_acks_that_are_lost_with_their_connection_are_had_from_the_recovered_one(
    broken: Breakable, agent: Process, witness: Reader
) -> None:
    file = broken.log_file()
    lost = broken.faults.lose_acks(request="sendToGroup", count=1, then={"fault": "drop"})
    file.append(numbered(1, 500))
    await lost.wait_async()
    await happened(agent, "connection_recovered")
    file.append(numbered(501, 1000))
    await assert_arrives(witness, file)
    assert witness.receiver.repeats == 0
    assert len(logged(agent, "connection_opened")) == 1


@case("W1", "W3")
async def test_a_new_connection_repeats_what_was_not_acknowledged_and_the_reader_drops_it(
    broken: Breakable, agent: Process, witness: Reader
) -> None:
    broken.faults.refuse("recovery", count=1)
    lost = broken.faults.lose_acks(request="sendToGroup", count=1, then={"fault": "drop"})
    file = broken.log_file()
    file.append(numbered(1, 100))
    await lost.wait_async()
    await happened(agent, "connection_opened", times=2)
    file.append(numbered(101, 200))
    await assert_arrives(witness, file)


@case("W3")
async def test_recovery_goes_on_while_the_way_is_down(broken: Breakable, agent: Process, witness: Reader) -> None:
    file = broken.log_file()
    file.append(numbered(1, 100))
    await assert_arrives(witness, file)
    down = broken.faults.refuse("recovery", status=502, count=4)
    broken.faults.drop(connection=await connection_id(agent))
    file.append(numbered(101, 200))
    await down.wait_async(4)
    await assert_arrives(witness, file)
    assert len(logged(agent, "connection_opened")) == 1


@case("W2")
async def test_trouble_inside_the_service_is_retried(broken: Breakable, agent: Process, witness: Reader) -> None:
    failing = broken.faults.fail_requests(request="sendToGroup", count=3)
    file = broken.log_file()
    file.append(numbered(1, 200))
    await failing.wait_async(3)
    await assert_arrives(witness, file)
    assert (await happened(agent, "message_refused"))["seen"].startswith("The service refused a message: Internal")


@case("W2")
async def test_a_role_that_is_taken_away_ends_the_agent_with_an_explanation(
    broken: Breakable, agent: Process, witness: Reader
) -> None:
    service = WebPubSubServiceClient.from_connection_string(broken.emulator_in_thread.connection_string, broken.hub)
    await asyncio.to_thread(
        service.revoke_permission, "sendToGroup", await connection_id(agent), target_name=broken.group
    )
    broken.log_file().append(numbered(1, 10))
    assert await agent.ended() == 3
    agent.was_killed = True  # its end was asked for
    assert "must carry the permission to publish" in logged(agent, "agent_failed")[0]["advice"]


@case("W4")
async def test_messages_to_the_agent_are_acknowledged_so_that_its_connection_stays(
    broken: Breakable, agent: Process, witness: Reader
) -> None:
    service = WebPubSubServiceClient.from_connection_string(broken.emulator_in_thread.connection_string, broken.hub)
    to_agent = await connection_id(agent)
    for _ in range(1100):  # the service closes a connection with 1,000 unacknowledged messages
        await asyncio.to_thread(service.send_to_connection, to_agent, "x", content_type="text/plain")
    file = broken.log_file()
    file.append(numbered(1, 10))
    await assert_arrives(witness, file)
    assert logged(agent, "publishing_interrupted") == []


@case("W6")
async def test_a_token_that_is_too_old_is_replaced_once_and_one_that_ages_is_left_alone(
    broken: Breakable, witness: Reader, looking: str
) -> None:
    expired = broken.faults.expire_tokens("connect", count=1)
    agent = broken.launch_agent(broken.log_directory, looking)
    await agent.said("connection_opened")
    assert expired.applied == 1
    assert len(logged(agent, "publishing_interrupted")) <= 1
    aged = broken.faults.expire_tokens("connect")
    file = broken.log_file()
    file.append(numbered(1, 100))
    await assert_arrives(witness, file)
    assert aged.applied == 0


@case("W7")
async def test_it_says_which_hop_is_down_and_comes_back_by_itself(
    broken: Breakable, witness: Reader, looking: str
) -> None:
    await broken.stop_negotiate()
    agent = broken.launch_agent(broken.log_directory, looking)
    interrupted = await happened(agent, "publishing_interrupted")
    assert "Cannot reach http://localhost" in interrupted["seen"]
    assert "NEGOTIATE_URL" in interrupted["advice"]
    down = broken.faults.refuse("connect", status=503, retry_after=1, count=1)
    await broken.start_negotiate()
    await down.wait_async()
    assert "answered 503 instead of opening a WebSocket" in (await happened(agent, "publishing_interrupted", 2))["seen"]
    file = broken.log_file()
    file.append(numbered(1, 100))
    await assert_arrives(witness, file)


@case("W8")
async def test_every_close_is_followed_by_a_connection_that_goes_on(
    broken: Breakable, agent: Process, witness: Reader
) -> None:
    file = broken.log_file()
    for times, code in enumerate((1000, 1001, 1008, 1011, 1012, 1013, 3999, 4000), start=1):
        file.append(numbered(times * 100, times * 100 + 99))
        await assert_arrives(witness, file)
        broken.faults.close(code, "ServiceReload", connection=await connection_id(agent))
        await agent.said(f"closed the connection with {code} (ServiceReload)")
        await happened(agent, "connection_opened", times + 1)
    file.append(["after all of them"])
    await assert_arrives(witness, file)


@case("W8")
async def test_a_half_open_connection_is_noticed_by_its_silence(
    broken: Breakable, agent: Process, witness: Reader
) -> None:
    stalled = broken.faults.stall(connection=await connection_id(agent))
    file = broken.log_file()
    file.append(numbered(1, 100))
    interrupted = await happened(agent, "publishing_interrupted")
    assert "did not answer a ping" in interrupted["seen"]
    stalled.end()
    await assert_arrives(witness, file)


@case("W9")
async def test_the_publisher_is_not_in_the_group_it_feeds(broken: Breakable, agent: Process, witness: Reader) -> None:
    service = WebPubSubServiceClient.from_connection_string(broken.emulator_in_thread.connection_string, broken.hub)
    publisher = await connection_id(agent)
    members = await asyncio.to_thread(
        lambda: [member.connection_id for member in service.list_connections(group=broken.group)]
    )
    assert len(members) == 1
    assert publisher not in members


@case("W10")
async def test_a_used_up_quota_is_said_and_waited_for_in_minutes(tmp_path: Path, looking: str) -> None:
    async with breakable(tmp_path, quota_messages=2) as system, system.reader():
        agent = system.launch_agent(system.log_directory, looking)
        await agent.said("connection_opened")
        system.log_file().append(numbered(1, 1000))
        refused = await eventually(
            lambda: [entry for entry in logged(agent, "publishing_interrupted") if "429" in entry["seen"]]
        )
    assert "20,000 messages a day" in refused[0]["advice"]
    assert refused[0]["retry_s"] >= 60
    assert len(logged(agent, "publishing_interrupted")) <= 3


@case("W11")
async def test_a_connection_too_many_is_said_and_waited_for(tmp_path: Path, looking: str) -> None:
    async with breakable(tmp_path, quota_connections=1) as system:
        async with system.reader():
            agent = system.launch_agent(system.log_directory, looking)
            refused = await happened(agent, "publishing_interrupted")
            assert "20 connections" in refused["advice"]
            assert refused["retry_s"] >= 5
        await happened(agent, "connection_opened")
        assert without_tokens(agent.output)


@case("T44")
async def test_a_stop_waits_for_acks_within_its_grace_and_saves_what_it_has(
    broken: Breakable, agent: Process, witness: Reader, looking: str
) -> None:
    broken.faults.delay(0.7, at="ack", request="sendToGroup")
    file = broken.log_file()
    file.append(numbered(1, 10_000))
    await witness.lines(1)
    assert await agent.stop() == 0
    assert logged(agent, "agent_stopped")[0].get("unacknowledged_messages") is None
    broken.faults.clear()
    again = broken.launch_agent(broken.log_directory, looking)
    file.append(numbered(10_001, 10_100))
    await assert_arrives(witness, file)
    assert witness.receiver.repeats == 0
    assert await again.stop() == 0


@case("T44", "T41")
async def test_a_stop_ends_when_its_grace_does_and_the_next_start_repeats_the_rest(
    broken: Breakable, agent: Process, witness: Reader, looking: str
) -> None:
    file = broken.log_file()
    file.append(numbered(1, 100))
    await eventually(lambda: witness.acked("app.log") == file.path.stat().st_size, "a first part is acknowledged")
    impatient = await stopped_without_acks(broken, agent, file, looking)
    assert impatient["unacknowledged_messages"] > 0
    broken.launch_agent(broken.log_directory, looking)
    file.append(numbered(3101, 3200))
    await assert_arrives(witness, file)


async def stopped_without_acks(broken: Breakable, agent: Process, file: LogFile, looking: str) -> dict[str, int]:
    """Stop the agent while the service acknowledges nothing."""
    assert await agent.stop() == 0
    hasty = broken.launch_agent(broken.log_directory, looking, env={"STOP_TIMEOUT": "0.5"})
    await hasty.said("connection_opened")
    with broken.faults.lose_acks(request="sendToGroup") as lost:
        file.append(numbered(101, 3100))
        await lost.wait_async()
        assert await hasty.stop() == 0
    return logged(hasty, "agent_stopped")[-1]
