import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { problem, server } from "../test/server";
import { api, ApiProblem, onTokenChange, setAccessToken, unwrap } from "./api-client";

const REFRESH = "/api/v1/auth/token/refresh/";
const user = { id: 1, username: "admin", role: "owner", may: ["read"] };
const onExpired = vi.fn<() => void>();

function isFresh(request: Request): boolean {
  return request.headers.get("Authorization") === "Bearer fresh";
}

beforeEach(() => {
  onExpired.mockClear();
  onTokenChange({ onRefreshed: () => {}, onExpired });
  setAccessToken("stale");
});

describe("the API client", () => {
  it("refreshes once for all the requests that a stale token stopped", async () => {
    let refreshes = 0;
    server.use(
      http.post(REFRESH, () => {
        refreshes += 1;
        return HttpResponse.json({ access: "fresh", user });
      }),
      http.get("/api/v1/transports/", ({ request }) =>
        isFresh(request) ? HttpResponse.json([]) : problem(401, "token_not_valid"),
      ),
    );
    const answers = await Promise.all(
      [1, 2, 3].map(() => unwrap(api.GET("/api/v1/transports/"))),
    );
    expect(answers).toEqual([[], [], []]);
    expect(refreshes).toBe(1);
  });

  it("repeats the request with its body", async () => {
    const bodies: unknown[] = [];
    server.use(
      http.post(REFRESH, () => HttpResponse.json({ access: "fresh", user })),
      http.post("/api/v1/lists/", async ({ request }) => {
        bodies.push(await request.clone().json());
        return isFresh(request)
          ? HttpResponse.json({ id: 1 }, { status: 201 })
          : problem(401, "token_not_valid");
      }),
    );
    const body = { name: "Friends", description: "" };
    await unwrap(api.POST("/api/v1/lists/", { body }));
    expect(bodies).toEqual([body, body]);
  });

  it("says that the session expired when the refresh is refused", async () => {
    server.use(
      http.post(REFRESH, () => problem(401, "refresh_invalid")),
      http.get("/api/v1/transports/", () => problem(401, "token_not_valid")),
    );
    await expect(unwrap(api.GET("/api/v1/transports/"))).rejects.toMatchObject({
      status: 401,
      code: "token_not_valid",
    });
    expect(onExpired).toHaveBeenCalledOnce();
  });

  it("keeps the session when the refresh fails for want of a network", async () => {
    server.use(
      http.post(REFRESH, () => HttpResponse.error()),
      http.get("/api/v1/transports/", () => problem(401, "token_not_valid")),
    );
    await expect(unwrap(api.GET("/api/v1/transports/"))).rejects.toBeInstanceOf(ApiProblem);
    expect(onExpired).not.toHaveBeenCalled();
  });

  it("throws what the API says, with its code and fields", async () => {
    server.use(
      http.post("/api/v1/lists/", () =>
        problem(400, "invalid", { errors: [{ field: "name", code: "unique", detail: "Taken." }] }),
      ),
    );
    await expect(
      unwrap(api.POST("/api/v1/lists/", { body: { name: "x" } })),
    ).rejects.toMatchObject({
      code: "invalid",
      errors: [{ field: "name", code: "unique", detail: "Taken." }],
    });
  });

  it("tells a network failure by its own code", async () => {
    server.use(http.get("/api/v1/transports/", () => HttpResponse.error()));
    await expect(unwrap(api.GET("/api/v1/transports/"))).rejects.toMatchObject({
      code: "network",
      status: 0,
    });
  });

  it("asks for several statuses as the API reads them", async () => {
    let asked = "";
    server.use(
      http.get("/api/v1/public/campaigns/", ({ request }) => {
        asked = new URL(request.url).search;
        return HttpResponse.json({ count: 0, next: null, previous: null, results: [] });
      }),
    );
    await unwrap(
      api.GET("/api/v1/public/campaigns/", {
        params: { query: { status: ["draft", "running"] } },
      }),
    );
    expect(asked).toBe("?status=draft&status=running");
  });
});
