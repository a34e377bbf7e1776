import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { Route, Routes } from "react-router";

import { chooseLanguage } from "../../../lib/i18n";
import { LiveConnection } from "../../../lib/live";
import { renderApp } from "../../../test/render";
import { problem, serveEvents, server } from "../../../test/server";
import { publicCampaignsTopic } from "../api/live-campaigns";
import type { PublicCampaign } from "../api/public-campaigns";
import EmbedPage from "./EmbedPage";
import PublicCampaignPage from "./PublicCampaignPage";

const EVENTS = "/api/v1/public/events/";

const spring: PublicCampaign = {
  id: 7,
  name: "Spring & more",
  status: "running",
  total: 2000,
  sent: 500,
  failed: 12,
  unknown: 0,
  skipped: 0,
  percent: 25,
  rate: 8,
  eta_seconds: 186,
  scheduled_at: null,
  started_at: "2026-11-23T13:39:39Z",
  stopped_at: null,
  finished_at: null,
  cancelled_at: null,
  updated_at: "2026-11-23T13:39:39Z",
};

const shown = (
  <LiveConnection stream={{ path: EVENTS, authenticated: false, topics: [publicCampaignsTopic] }}>
    <Routes>
      <Route path="/c/:id" element={<PublicCampaignPage />} />
      <Route path="/embed/:id" element={<EmbedPage />} />
    </Routes>
  </LiveConnection>
);

function serveCampaign() {
  server.use(
    http.get("/api/v1/public/campaigns/7/", () => HttpResponse.json(spring)),
    http.get("/api/v1/public/campaigns/7/timeline/", () =>
      HttpResponse.json({
        bucket_seconds: 1,
        points: [
          { at: "2026-11-23T13:39:40Z", sent: 300, failed: 12 },
          { at: "2026-11-23T13:39:42Z", sent: 200, failed: 0 },
        ],
      }),
    ),
  );
}

beforeEach(() => chooseLanguage("en"));

describe("a campaign's public page", () => {
  it("tells its state, numbers, times, and what failed", async () => {
    serveEvents(EVENTS);
    serveCampaign();
    renderApp(shown, { route: "/c/7" });
    expect(await screen.findByRole("heading", { level: 1, name: "Spring & more" })).toBeVisible();
    expect(document.title).toBe("Spring & more · Posthorn");
    for (const text of ["Running", "25%", "500 of 2,000 sent", "12 failed", "3 min"]) {
      expect(screen.getByText(text)).toBeInTheDocument();
    }
  });

  it("moves with the stream", async () => {
    const events = serveEvents(EVENTS);
    serveCampaign();
    renderApp(shown, { route: "/c/7" });
    await screen.findByText("25%");
    (await events.next()).send("campaigns", {
      campaigns: [{ ...spring, sent: 1000, percent: 50 }],
      removed: [],
    });
    expect(await screen.findByText("50%")).toBeInTheDocument();
  });

  it("draws its sending over time, readable by keyboard and as a table", async () => {
    serveEvents(EVENTS);
    serveCampaign();
    renderApp(shown, { route: "/c/7" });
    expect(await screen.findByRole("img", { name: /500 sent and 12 failed/ })).toBeInTheDocument();
    screen.getByRole("slider", { name: "A moment of the chart" }).focus();
    expect(await screen.findByText(/200 sent, 0 failed/)).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Show as a table" }));
    expect(within(screen.getByRole("table")).getAllByRole("row")).toHaveLength(3);
  });

  it("gives the code of a frame for another site", async () => {
    serveEvents(EVENTS);
    serveCampaign();
    renderApp(shown, { route: "/c/7" });
    await userEvent.click(await screen.findByText("Show it on another site"));
    const code = screen.getByLabelText<HTMLTextAreaElement>(/Paste this/).value;
    expect(code).toContain(`src="${window.location.origin}/embed/7" title="Spring &amp; more"`);
  });

  it.each(["/c/7", "/embed/7"])("says so at %s when there is no such campaign", async (route) => {
    serveEvents(EVENTS);
    server.use(http.get("/api/v1/public/campaigns/7/", () => problem(404, "not_found")));
    renderApp(shown, { route });
    expect(await screen.findByText("This is not there any more")).toBeInTheDocument();
  });
});

describe("the frame for other sites", () => {
  it("shows the numbers and leads to the page in a tab of its own", async () => {
    serveEvents(EVENTS);
    serveCampaign();
    renderApp(shown, { route: "/embed/7" });
    const link = await screen.findByRole("link", { name: "Spring & more" });
    expect(link).toHaveAttribute("href", "/c/7");
    expect(link).toHaveAttribute("target", "_blank");
    expect(screen.getByText("25%")).toBeInTheDocument();
    expect(screen.getByText("12 failed")).toBeInTheDocument();
  });
});
