import { Notifications, notifications } from "@mantine/notifications";
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { Route, Routes } from "react-router";
import { beforeEach, expect, it } from "vitest";

import { chooseLanguage } from "../../../lib/i18n";
import { LiveConnection } from "../../../lib/live";
import { renderApp } from "../../../test/render";
import { problem, serveEvents, server } from "../../../test/server";
import { signInAs } from "../../../test/sign-in";
import type { Campaign, Delivery, Reconciliation } from "../api/types";
import { aCampaign, aRunningCampaign, aTally, STREAM } from "../fixtures";
import CampaignPage from "./CampaignPage";

const CAMPAIGN = "/api/v1/campaigns/7/";

const INTERRUPTED: Delivery = {
  id: 31,
  subscriber: 5,
  email: "anna@example.com",
  status: "unknown",
  attempts: 1,
  sent_at: null,
  detail: "Interrupted",
};

const page = (results: unknown[]) => ({
  count: results.length,
  next: null,
  previous: null,
  results,
});

beforeEach(async () => {
  notifications.clean(); // They outlive the page that showed them.
  chooseLanguage("en");
  await signInAs("admin");
  server.use(
    http.get("/api/v1/lists/", () => HttpResponse.json(page([]))),
    http.get(`${CAMPAIGN}timeline/`, () => HttpResponse.json({ bucket_seconds: 1, points: [] })),
    http.get(`${CAMPAIGN}deliveries/`, () => HttpResponse.json(page([]))),
  );
  serveReconciliation({});
});

function serveReconciliation(difference: Reconciliation["differences"]) {
  const tally = aTally({ sent: 3 });
  const result: Reconciliation = {
    consistent: Object.keys(difference).length === 0,
    tally,
    ledger: tally,
    differences: difference,
  };
  server.use(http.get(`${CAMPAIGN}reconciliation/`, () => HttpResponse.json(result)));
}

function renderPage(campaign: Campaign) {
  server.use(http.get(CAMPAIGN, () => HttpResponse.json(campaign)));
  const events = serveEvents(STREAM.path);
  renderApp(
    <LiveConnection stream={STREAM}>
      <Notifications />
      <Routes>
        <Route path="/manage/campaigns/:id" element={<CampaignPage />} />
      </Routes>
    </LiveConnection>,
    { route: "/manage/campaigns/7" },
  );
  return events;
}

const button = (name: string) => screen.findByRole("button", { name });

it("moves its numbers with a live event and keeps the rest", async () => {
  const running = aRunningCampaign({ sent: 10, pending: 90 });
  const stream = await renderPage(running).next();
  expect(await screen.findByText("Hello {{ name }}")).toBeVisible();
  const later = { ...running, tally: aTally({ sent: 60, pending: 40 }), percent: 60, rate: 12 };
  stream.send("campaigns", { campaigns: [later], removed: [] });
  expect(await screen.findByText("60%")).toBeVisible();
  expect(screen.getByText("Shop <shop@example.com>")).toBeVisible();
});

it("retries exactly what was chosen and warns that the unknown may arrive twice", async () => {
  let body: unknown;
  const finished = aCampaign({
    status: "finished",
    audience_frozen: true,
    allowed_moves: ["retry"],
    tally: aTally({ sent: 90, failed: 8, unknown: 2 }),
  });
  renderPage(finished);
  server.use(
    http.post(`${CAMPAIGN}retry/`, async ({ request }) => {
      body = await request.json();
      return HttpResponse.json({ ...finished, status: "running", allowed_moves: ["stop"] });
    }),
  );
  await userEvent.click(await button("Retry"));
  const dialog = await screen.findByRole("dialog");
  expect(within(dialog).getByRole("checkbox", { name: /8 failed deliveries/ })).toBeChecked();
  expect(dialog).not.toHaveTextContent("may get the message twice");

  await userEvent.click(within(dialog).getByRole("checkbox", { name: /8 failed deliveries/ }));
  await userEvent.click(within(dialog).getByRole("checkbox", { name: /2 unknown deliveries/ }));
  expect(dialog).toHaveTextContent("2 subscribers may get the message twice.");
  await userEvent.click(within(dialog).getByRole("button", { name: "Retry" }));

  expect(await button("Stop")).toBeVisible();
  expect(body).toEqual({ statuses: ["unknown"] });
});

it("says beside the field that the time is past, and schedules nothing", async () => {
  let requests = 0;
  renderPage(aCampaign());
  server.use(
    http.post(`${CAMPAIGN}schedule/`, () => {
      requests += 1;
      return problem(500, "error");
    }),
  );
  await userEvent.click(await button("Schedule"));
  const dialog = await screen.findByRole("dialog");
  const field = within(dialog).getByLabelText("Start at");
  await userEvent.type(field, "2020-01-01T10:00");
  await userEvent.click(within(dialog).getByRole("button", { name: "Schedule" }));
  expect(await within(dialog).findByText("Choose a time in the future.")).toBeVisible();
  expect(field).toHaveFocus();
  expect(requests).toBe(0);
});

it("schedules for the moment that was meant in the reader's own time zone", async () => {
  let body: unknown;
  const draft = aCampaign();
  renderPage(draft);
  server.use(
    http.post(`${CAMPAIGN}schedule/`, async ({ request }) => {
      body = await request.json();
      return HttpResponse.json({ ...draft, status: "scheduled", allowed_moves: ["unschedule"] });
    }),
  );
  await userEvent.click(await button("Schedule"));
  const dialog = await screen.findByRole("dialog");
  await userEvent.type(within(dialog).getByLabelText("Start at"), "2099-06-01T10:00");
  await userEvent.click(within(dialog).getByRole("button", { name: "Schedule" }));
  expect(await button("Unschedule")).toBeVisible();
  expect(body).toEqual({ scheduled_at: new Date(2099, 5, 1, 10).toISOString() });
});

it("changes the limit of a running campaign in its place", async () => {
  let body: unknown;
  const running = aRunningCampaign({ sent: 10, pending: 90 });
  renderPage(running);
  server.use(
    http.patch(CAMPAIGN, async ({ request }) => {
      body = await request.json();
      return HttpResponse.json({ ...running, rate_limit: 50 });
    }),
  );
  await userEvent.click(await button("Change “Messages a second”"));
  await userEvent.type(screen.getByRole("textbox", { name: "Messages a second" }), "50");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await button("Change “Messages a second”")).toHaveFocus();
  expect(screen.getByText("50")).toBeVisible();
  expect(body).toEqual({ rate_limit: 50 });
});

it("says why the engine stopped it", async () => {
  renderPage(aCampaign({ status: "stopped", stop_reason: "The mail server refuses connections." }));
  expect(await screen.findByRole("alert")).toHaveTextContent(
    "The mail server refuses connections.",
  );
});

it("marks an unknown delivery as sent only on a person's word", async () => {
  let marked = 0;
  renderPage(aCampaign({ status: "finished", tally: aTally({ sent: 2, unknown: 1 }) }));
  server.use(
    http.get(`${CAMPAIGN}deliveries/`, () => HttpResponse.json(page([INTERRUPTED]))),
    http.post(`${CAMPAIGN}deliveries/31/mark-sent/`, () => {
      marked += 1;
      return HttpResponse.json({ ...INTERRUPTED, status: "sent" });
    }),
  );
  await userEvent.click(await button("Mark the delivery to anna@example.com as sent"));
  const dialog = await screen.findByRole("dialog");
  expect(dialog).toHaveTextContent("the message did reach anna@example.com");
  expect(marked).toBe(0);
  await userEvent.click(within(dialog).getByRole("button", { name: "Mark as sent" }));
  expect(await screen.findByText("The delivery to anna@example.com counts as sent.")).toBeVisible();
  expect(marked).toBe(1);
});

it("marks all that were chosen as sent, and only what may be chosen", async () => {
  const other: Delivery = { ...INTERRUPTED, id: 32, email: "ben@example.com" };
  const sent: Delivery = { ...INTERRUPTED, id: 33, email: "eva@example.com", status: "sent" };
  const marked: number[] = [];
  renderPage(aCampaign({ status: "finished", tally: aTally({ sent: 1, unknown: 2 }) }));
  server.use(
    http.get(`${CAMPAIGN}deliveries/`, () => HttpResponse.json(page([INTERRUPTED, other, sent]))),
    http.post(`${CAMPAIGN}deliveries/:id/mark-sent/`, ({ params }) => {
      marked.push(Number(params["id"]));
      return HttpResponse.json({ ...INTERRUPTED, id: Number(params["id"]), status: "sent" });
    }),
  );
  await userEvent.click(await screen.findByLabelText("Choose the delivery to ben@example.com"));
  await userEvent.click(screen.getByLabelText("Choose all rows of this page"));
  const actions = screen.getByRole("group", { name: "What to do with the chosen rows" });
  await userEvent.click(within(actions).getByRole("button", { name: "Mark as sent" }));
  const dialog = await screen.findByRole("dialog");
  expect(dialog).toHaveTextContent("these 2 messages did reach their subscribers");
  await userEvent.click(within(dialog).getByRole("button", { name: "Mark as sent" }));
  expect(await screen.findByText("2 deliveries count as sent.")).toBeVisible();
  expect(marked).toEqual([31, 32]);
});

it("says where the ledger and the numbers part", async () => {
  serveReconciliation({ sent: { tally: 3, ledger: 2 } });
  renderPage(aCampaign({ status: "finished", audience_frozen: true }));
  expect(await screen.findByText("The ledger does not add up")).toBeVisible();
  expect(screen.getByRole("row", { name: "Sent 3 2" })).toBeVisible();
});

it("tells the course in words and as a table", async () => {
  server.use(
    http.get(`${CAMPAIGN}timeline/`, () =>
      HttpResponse.json({
        bucket_seconds: 1,
        points: [
          { at: "2026-03-01T10:00:00Z", sent: 40, failed: 0 },
          { at: "2026-03-01T10:00:01Z", sent: 55, failed: 2 },
        ],
      }),
    ),
  );
  renderPage(aCampaign({ status: "finished" }));
  expect(
    await screen.findByRole("img", { name: /95 sent and 2 failed .* at most 57/ }),
  ).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Show as a table" }));
  expect(screen.getByRole("row", { name: /55 2$/ })).toBeVisible();
});

it("shows a viewer everything and lets them change nothing", async () => {
  await signInAs("viewer");
  renderPage(aRunningCampaign({ sent: 10, pending: 90 }));
  expect(await screen.findByText("The ledger adds up")).toBeVisible();
  for (const name of ["Stop", "Cancel campaign", "Duplicate", "Change “Messages a second”"]) {
    expect(screen.queryByRole("button", { name })).not.toBeInTheDocument();
  }
  expect(screen.queryByRole("link", { name: "Edit" })).not.toBeInTheDocument();
});
