import { act, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { chooseLanguage } from "../../../lib/i18n";
import { LiveConnection } from "../../../lib/live";
import { renderApp } from "../../../test/render";
import { problem, serveEvents, server } from "../../../test/server";
import { publicCampaignsTopic } from "../api/live-campaigns";
import type { PublicCampaign, PublicPage, PublicTotals } from "../api/public-campaigns";
import PublicStatsPage from "./PublicStatsPage";

const LIST = "/api/v1/public/campaigns/";
const EVENTS = "/api/v1/public/events/";

const december: PublicCampaign = {
  id: 3,
  name: "December newsletter",
  status: "running",
  total: 3000,
  sent: 430,
  failed: 0,
  unknown: 0,
  skipped: 0,
  percent: 14.3,
  rate: 5,
  eta_seconds: 514,
  scheduled_at: null,
  started_at: "2026-11-23T13:39:39Z",
  stopped_at: null,
  finished_at: null,
  cancelled_at: null,
  updated_at: "2026-11-23T13:39:39Z",
};

const shown = (
  <LiveConnection stream={{ path: EVENTS, authenticated: false, topics: [publicCampaignsTopic] }}>
    <PublicStatsPage />
  </LiveConnection>
);

const asked: URLSearchParams[] = [];

function serveTotals(totals: PublicTotals = { campaigns: 1, running: 1, sent: 430, rate: 5 }) {
  server.use(http.get("/api/v1/public/totals/", () => HttpResponse.json(totals)));
}

function serveList(campaigns: () => PublicCampaign[], count?: number) {
  server.use(
    http.get(LIST, ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      const results = campaigns();
      const page: PublicPage = {
        count: count ?? results.length,
        next: null,
        previous: null,
        results,
      };
      return HttpResponse.json(page);
    }),
  );
}

const row = (name: string) => screen.findByRole("article", { name });

beforeEach(async () => {
  asked.length = 0;
  serveTotals();
  chooseLanguage("en");
});

describe("the public page", () => {
  it("shows a campaign's name, state, subscribers, sent, percent and rate", async () => {
    serveEvents(EVENTS);
    serveList(() => [december]);
    renderApp(shown);
    const campaign = await row("December newsletter");
    for (const text of ["Running", "3,000", "430", "14.3%", "5 a second", "9 min left"]) {
      expect(within(campaign).getByText(text)).toBeInTheDocument();
    }
    expect(within(campaign).getByRole("progressbar")).toHaveAttribute(
      "aria-valuetext",
      "14.3%, 430 of 3,000 sent",
    );
  });

  it("moves the numbers when the server says so, without asking", async () => {
    const events = serveEvents(EVENTS);
    serveList(() => [december]);
    renderApp(shown);
    const campaign = await row("December newsletter");
    const askedBefore = asked.length;
    (await events.next()).send("campaigns", {
      campaigns: [{ ...december, sent: 1500, percent: 50 }],
      removed: [],
    });
    expect(await within(campaign).findByText("1,500")).toBeInTheDocument();
    expect(within(campaign).getByText("50%")).toBeInTheDocument();
    expect(asked).toHaveLength(askedBefore);
  });

  it("adds the news up in the totals, of campaigns that this page doesn't show too", async () => {
    const events = serveEvents(EVENTS);
    serveList(() => [december]);
    serveTotals({ campaigns: 40, running: 2, sent: 9000, rate: 12 });
    renderApp(shown);
    const stream = await events.next();
    const totals = await screen.findByLabelText("All in all");
    expect(await within(totals).findByText("9,000")).toBeInTheDocument();
    const elsewhere = { ...december, id: 9, sent: 100, rate: 7 };
    stream.send("snapshot", { campaigns: [december, elsewhere] });
    stream.send("campaigns", {
      campaigns: [
        { ...december, sent: 433, rate: 6 },
        { ...elsewhere, sent: 150, status: "finished" },
      ],
      removed: [],
    });
    expect(await within(totals).findByText("9,053")).toBeInTheDocument();
    const numbers = within(totals).getAllByRole("definition").map((each) => each.textContent);
    expect(numbers).toEqual(["1", "6", "9,053"]);
  });

  it("tells why 100 % is missing", async () => {
    serveEvents(EVENTS);
    serveList(() => [
      { ...december, status: "finished", sent: 2400, failed: 560, unknown: 4, skipped: 36 },
      { ...december, id: 4, name: "Stopped early", status: "stopped", sent: 1000 },
    ]);
    renderApp(shown);
    const finished = await row("December newsletter");
    for (const text of ["560 failed", "4 unknown", "36 skipped"]) {
      expect(within(finished).getByText(text)).toBeInTheDocument();
    }
    expect(within(await row("Stopped early")).getByText("2,000 not sent yet")).toBeInTheDocument();
  });

  it("has nothing to press on a wall screen", async () => {
    serveEvents(EVENTS);
    serveList(() => [december]);
    renderApp(shown, { route: "/?wall=1" });
    await row("December newsletter");
    expect(screen.queryByRole("searchbox")).not.toBeInTheDocument();
    expect(screen.queryByRole("button")).not.toBeInTheDocument();
  });

  it("asks for the list again when a campaign appears", async () => {
    const events = serveEvents(EVENTS);
    const campaigns = [december];
    serveList(() => campaigns);
    renderApp(shown);
    await row("December newsletter");
    const survey: PublicCampaign = { ...december, id: 8, name: "Survey", status: "draft" };
    campaigns.push(survey);
    (await events.next()).send("campaigns", { campaigns: [survey], removed: [] });
    expect(await screen.findByRole("article", { name: "Survey" }, { timeout: 3000 })).toBeVisible();
  });

  it("says so when the connection is lost, and takes it back when it returns", async () => {
    const events = serveEvents(EVENTS);
    serveList(() => [december]);
    renderApp(shown);
    await row("December newsletter");
    (await events.next()).fail();
    expect(await screen.findByText(/Connection lost/)).toBeVisible();
    window.dispatchEvent(new Event("online"));
    await events.next();
    await vi.waitFor(() => expect(screen.queryByText(/Connection lost/)).not.toBeInTheDocument());
  });

  it("polls while the connection is lost", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    try {
      let sent = 430;
      server.use(http.get(EVENTS, () => new HttpResponse(null, { status: 503 })));
      serveList(() => [{ ...december, sent }]);
      renderApp(shown);
      const campaign = await row("December newsletter");
      sent = 777;
      await act(() => vi.advanceTimersByTimeAsync(5_100));
      expect(await within(campaign).findByText("777")).toBeInTheDocument();
    } finally {
      vi.useRealTimers();
    }
  });

  it("keeps status and search in the address and asks the server for them", async () => {
    serveEvents(EVENTS);
    serveList(() => [december]);
    renderApp(shown, { route: "/?search=dec" });
    await row("December newsletter");
    expect(screen.getByRole("searchbox", { name: "Search by name" })).toHaveValue("dec");
    await userEvent.click(screen.getByRole("button", { name: "Stopped" }));
    await vi.waitFor(() =>
      expect(asked.map(String)).toContain("page=1&page_size=20&search=dec&status=stopped"),
    );
  });

  it("offers the way back when nothing matches", async () => {
    serveEvents(EVENTS);
    serveList(() => []);
    renderApp(shown, { route: "/?search=zzz" });
    await userEvent.click(await screen.findByRole("button", { name: "Show all" }));
    expect(await screen.findByText("No campaigns yet")).toBeVisible();
    expect(screen.getByRole("searchbox")).toHaveValue("");
  });

  it("turns pages", async () => {
    serveEvents(EVENTS);
    serveList(() => [december], 45);
    renderApp(shown);
    await userEvent.click(await screen.findByRole("button", { name: "Page 3" }));
    await vi.waitFor(() => expect(asked.map(String)).toContain("page=3&page_size=20"));
  });

  it("says what is wrong when the list can't be had, and tries again when asked", async () => {
    serveEvents(EVENTS);
    server.use(http.get(LIST, () => problem(503, "unavailable")));
    renderApp(shown);
    expect(await screen.findByText(/service is busy/)).toBeVisible();
    serveList(() => [december]);
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await row("December newsletter")).toBeVisible();
  });

  it("speaks Russian", async () => {
    chooseLanguage("ru");
    serveEvents(EVENTS);
    serveList(() => [december]);
    renderApp(shown);
    const campaign = await row("December newsletter");
    expect(within(campaign).getByText("подписчиков")).toBeInTheDocument();
    expect(document.documentElement.lang).toBe("ru");
  });
});
