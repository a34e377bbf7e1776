import { screen, waitFor } from "@testing-library/react";
import { expect, it, vi } from "vitest";

import { renderApp } from "../test/render";
import { serveEvents } from "../test/server";
import { LiveConnection, useLive, type LiveHandlers, type LiveTopic } from "./live";

const PATH = "/api/v1/public/events/";

interface Row {
  id: number;
}

function aTopic(name: string) {
  const told = {
    onConnect: vi.fn<() => void>(),
    onSnapshot: vi.fn<(rows: readonly Row[]) => void>(),
    onRows: vi.fn<(rows: readonly Row[], removed: readonly number[]) => void>(),
  } satisfies LiveHandlers<Row>;
  const topic: LiveTopic<Row> = { name, handle: () => told };
  return { topic, told };
}

function State() {
  const { connected, refetchInterval } = useLive();
  return <p>{connected ? "live" : `asks every ${refetchInterval} ms`}</p>;
}

function listen(...topics: LiveTopic<Row>[]) {
  const events = serveEvents(PATH);
  const view = renderApp(
    <LiveConnection stream={{ path: PATH, authenticated: false, topics }}>
      <State />
    </LiveConnection>,
  );
  return { events, view };
}

it("tells each topic its own rows, of the snapshot and of what changed", async () => {
  const [campaigns, imports] = [aTopic("campaigns"), aTopic("imports")];
  const { events } = listen(campaigns.topic, imports.topic);
  const stream = await events.next();
  stream.send("snapshot", { campaigns: [{ id: 1 }], imports: [{ id: 7 }] });
  stream.send("campaigns", { campaigns: [{ id: 2 }], removed: [1] });
  stream.send("imports", { imports: [{ id: 8 }] });
  await waitFor(() => expect(imports.told.onRows).toHaveBeenCalledWith([{ id: 8 }], []));
  expect(campaigns.told.onConnect).toHaveBeenCalledOnce();
  expect(campaigns.told.onSnapshot.mock.calls).toEqual([[[{ id: 1 }]]]);
  expect(imports.told.onSnapshot.mock.calls).toEqual([[[{ id: 7 }]]]);
  expect(campaigns.told.onRows.mock.calls).toEqual([[[{ id: 2 }], [1]]]);
});

it("leaves out what it has no topic for", async () => {
  const campaigns = aTopic("campaigns");
  const { events } = listen(campaigns.topic);
  const stream = await events.next();
  stream.send("snapshot", { imports: [{ id: 7 }] });
  stream.send("imports", { imports: [{ id: 8 }] });
  stream.send("campaigns", { campaigns: [{ id: 2 }] });
  await waitFor(() => expect(campaigns.told.onRows).toHaveBeenCalledOnce());
  expect(campaigns.told.onSnapshot).not.toHaveBeenCalled();
});

it("lets the pages poll while it is lost", async () => {
  const { events } = listen();
  const stream = await events.next();
  expect(screen.getByText("live")).toBeVisible();
  stream.fail();
  expect(await screen.findByText("asks every 5000 ms")).toBeVisible();
  await events.next();
  expect(await screen.findByText("live")).toBeVisible();
});
