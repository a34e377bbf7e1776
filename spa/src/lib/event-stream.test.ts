import { http, HttpResponse } from "msw";
import { afterEach, describe, expect, it, vi } from "vitest";

import { serveEvents, server } from "../test/server";
import { openEventStream } from "./event-stream";

const PATH = "/api/v1/public/events/";
const QUICK = { firstDelay: 5, longestDelay: 20, silence: 60 };

let close = () => {};
afterEach(() => close());

function open(timing = QUICK) {
  const seen = {
    onEvent: vi.fn<(event: string, data: unknown) => void>(),
    onConnect: vi.fn<() => void>(),
    onConnectedChange: vi.fn<(connected: boolean) => void>(),
  };
  close = openEventStream({ path: PATH, authenticated: false, timing, ...seen });
  return seen;
}

describe("the event stream", () => {
  it("tells each event by its name", async () => {
    const events = serveEvents(PATH);
    const seen = open({ ...QUICK, silence: 5_000 });
    const stream = await events.next();
    stream.send("snapshot", { campaigns: [{ id: 1 }] });
    stream.send("campaigns", { campaigns: [{ id: 2 }], removed: [1] });
    await vi.waitFor(() => expect(seen.onEvent).toHaveBeenCalledTimes(2));
    expect(seen.onEvent.mock.calls).toEqual([
      ["snapshot", { campaigns: [{ id: 1 }] }],
      ["campaigns", { campaigns: [{ id: 2 }], removed: [1] }],
    ]);
    expect(seen.onConnectedChange.mock.calls).toEqual([[true]]);
  });

  it("connects again, without a word, when the server ends the stream", async () => {
    const events = serveEvents(PATH);
    const seen = open({ ...QUICK, silence: 5_000 });
    (await events.next()).end();
    (await events.next()).send("snapshot", { campaigns: [{ id: 7 }] });
    await vi.waitFor(() =>
      expect(seen.onEvent).toHaveBeenCalledWith("snapshot", { campaigns: [{ id: 7 }] }),
    );
    expect(seen.onConnectedChange).not.toHaveBeenCalledWith(false);
    expect(seen.onConnect).toHaveBeenCalledTimes(2);
  });

  it("says that it is lost when the connection breaks, and recovers by itself", async () => {
    const events = serveEvents(PATH);
    const seen = open({ ...QUICK, silence: 5_000 });
    (await events.next()).fail();
    await vi.waitFor(() => expect(seen.onConnectedChange).toHaveBeenCalledWith(false));
    await events.next();
    await vi.waitFor(() => expect(seen.onConnectedChange).toHaveBeenLastCalledWith(true));
  });

  it("takes a silent connection for lost", async () => {
    const events = serveEvents(PATH);
    const seen = open();
    await events.next();
    await vi.waitFor(() => expect(seen.onConnectedChange).toHaveBeenCalledWith(false));
  });

  it("keeps trying while the server refuses", async () => {
    let tries = 0;
    server.use(
      http.get(PATH, () => {
        tries += 1;
        return new HttpResponse(null, { status: 503 });
      }),
    );
    open();
    await vi.waitFor(() => expect(tries).toBeGreaterThan(3));
  });

  it("tries at once when the browser is online again", async () => {
    const events = serveEvents(PATH);
    const seen = open({ firstDelay: 60_000, longestDelay: 60_000, silence: 5_000 });
    (await events.next()).fail();
    await vi.waitFor(() => expect(seen.onConnectedChange).toHaveBeenCalledWith(false));
    window.dispatchEvent(new Event("online"));
    await events.next();
    await vi.waitFor(() => expect(seen.onConnectedChange).toHaveBeenLastCalledWith(true));
  });
});
