import { MutationObserver, onlineManager, QueryObserver } from "@tanstack/react-query";
import { afterEach, expect, it, vi } from "vitest";

import { ApiProblem } from "./api-client";
import { createQueryClient } from "./query-client";

afterEach(() => {
  vi.useRealTimers();
  onlineManager.setOnline(true);
});

it("fails a save at once while offline, instead of sending it later", async () => {
  const client = createQueryClient();
  onlineManager.setOnline(false);
  const away = new ApiProblem(0, { code: "network" });
  const save = new MutationObserver(client, { mutationFn: () => Promise.reject(away) });
  await expect(save.mutate()).rejects.toBe(away);
});

async function asksAfter(problem: ApiProblem): Promise<number> {
  vi.useFakeTimers();
  const ask = vi.fn<() => Promise<never>>(() => Promise.reject(problem));
  const query = new QueryObserver(createQueryClient(), { queryKey: ["rows"], queryFn: ask });
  const stop = query.subscribe(() => {});
  await vi.advanceTimersByTimeAsync(10_000);
  const before = ask.mock.calls.length;
  await vi.advanceTimersByTimeAsync(30_000);
  stop();
  return ask.mock.calls.length - before;
}

it("goes on asking a server that is away", async () => {
  expect(await asksAfter(new ApiProblem(0, { code: "network" }))).toBeGreaterThan(2);
});

it("takes a refusal for one", async () => {
  expect(await asksAfter(new ApiProblem(403, { code: "permission_denied" }))).toBe(0);
});
