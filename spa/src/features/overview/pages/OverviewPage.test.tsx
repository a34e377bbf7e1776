import { screen } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it } from "vitest";

import type { components } from "../../../api-schema";
import { chooseLanguage } from "../../../lib/i18n";
import { renderApp } from "../../../test/render";
import { problem, server } from "../../../test/server";
import { signInAs } from "../../../test/sign-in";
import OverviewPage from "./OverviewPage";

type Overview = components["schemas"]["Overview"];

const QUIET: Overview = {
  workers: true,
  running: [],
  coming: [],
  attention: [],
  sent: [],
  audience: { subscribers: 1200, new_subscribers: 34, suppressions: 5, new_suppressions: 0 },
};
const STOPPED: Overview["attention"][number] = {
  id: 9,
  name: "Autumn",
  subject: "Autumn",
  status: "stopped",
  transport: "smtp",
  lists: [],
  segments: [],
  excluded_lists: [],
  excluded_segments: [],
  sample_size: null,
  sample_percent: null,
  rate_limit: null,
  is_public: null,
  stop_reason: "The transport is down.",
  scheduled_at: null,
  started_at: null,
  stopped_at: null,
  finished_at: null,
  cancelled_at: null,
  created_at: "2026-03-01T10:00:00Z",
  updated_at: "2026-03-01T10:00:00Z",
  tally: { total: 10, pending: 4, sending: 0, sent: 3, failed: 2, unknown: 1, skipped: 0 },
  percent: 30,
  rate: 0,
  eta_seconds: null,
  audience_frozen: true,
  editable_fields: [],
  allowed_moves: [],
  bounced: 0,
  complained: 0,
  unsubscribed: 0,
};

beforeEach(async () => {
  chooseLanguage("en");
  await signInAs("admin");
});

function renderPage(overview: Partial<Overview> = {}) {
  server.use(http.get("/api/v1/overview/", () => HttpResponse.json({ ...QUIET, ...overview })));
  renderApp(<OverviewPage />);
}

it("tells that nothing runs, and how the audience grows", async () => {
  renderPage();
  expect(await screen.findByText("Nothing runs just now.")).toBeVisible();
  expect(screen.getByText("34 new in seven days")).toBeVisible();
  expect(screen.queryByRole("alert")).not.toBeInTheDocument();
});

it("tells today from the week", async () => {
  const now = Date.now();
  const hour = (ago: number, sent: number) => ({
    at: new Date(now - ago * 86_400_000).toISOString(),
    sent,
    failed: 0,
  });
  renderPage({ sent: [hour(3, 500), hour(0, 70)] });
  expect(await screen.findByText("70")).toBeVisible();
  expect(screen.getByText("570")).toBeVisible();
});

it("names what needs a person, and why", async () => {
  renderPage({ attention: [STOPPED] });
  expect(await screen.findByRole("link", { name: "Autumn" })).toHaveAttribute(
    "href",
    "/manage/campaigns/9",
  );
  expect(screen.getByText("The transport is down. · 1 unknown · 2 failed")).toBeVisible();
});

it("says that no worker is there", async () => {
  renderPage({ workers: false });
  expect(await screen.findByRole("alert")).toHaveTextContent("No worker is at work");
});

it("says that the server is broken", async () => {
  server.use(http.get("/api/v1/overview/", () => problem(500, "error")));
  renderApp(<OverviewPage />);
  expect(await screen.findByRole("button", { name: "Try again" })).toBeVisible();
});
