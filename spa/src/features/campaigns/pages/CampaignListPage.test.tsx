import { Notifications, notifications } from "@mantine/notifications";
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it } from "vitest";

import { LiveNote } from "../../../components/LiveNote";
import { chooseLanguage } from "../../../lib/i18n";
import { LiveConnection } from "../../../lib/live";
import { renderApp } from "../../../test/render";
import { problem, serveEvents, server } from "../../../test/server";
import { signInAs } from "../../../test/sign-in";
import type { Campaign } from "../api/types";
import { aCampaign, aPage, aRunningCampaign, aTally, STREAM } from "../fixtures";
import CampaignListPage from "./CampaignListPage";

const LIST = "/api/v1/campaigns/";

beforeEach(async () => {
  notifications.clean(); // They outlive the page that showed them.
  chooseLanguage("en");
});

/** Answers with these campaigns and tells which query strings were asked for. */
function serveList(...campaigns: Campaign[]): URLSearchParams[] {
  const asked: URLSearchParams[] = [];
  server.use(
    http.get(LIST, ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      return HttpResponse.json(aPage(...campaigns));
    }),
  );
  return asked;
}

function renderPage(route = "/manage") {
  const events = serveEvents(STREAM.path);
  renderApp(
    <LiveConnection stream={STREAM}>
      <Notifications />
      <LiveNote />
      <CampaignListPage />
    </LiveConnection>,
    { route },
  );
  return events;
}

async function openMenu(name: string) {
  await userEvent.click(await screen.findByRole("button", { name: `Actions for ${name}` }));
}

it("shows what a live event tells in its row without asking for the list again", async () => {
  await signInAs("admin");
  const running = aRunningCampaign({ sent: 10, pending: 90 });
  const asked = serveList(running);
  const events = renderPage();
  const stream = await events.next();
  stream.send("snapshot", { campaigns: [running] });
  expect(await screen.findByText("10 of 100")).toBeVisible();
  const before = asked.length;

  const later = { ...running, tally: aTally({ sent: 60, pending: 40 }), percent: 60 };
  stream.send("campaigns", { campaigns: [later], removed: [] });

  expect(await screen.findByText("60 of 100")).toBeVisible();
  expect(asked).toHaveLength(before);
});

it("asks for the list again when a campaign was deleted elsewhere", async () => {
  await signInAs("admin");
  serveList(aCampaign({ name: "Doomed" }));
  const stream = await renderPage().next();
  expect(await screen.findByText("Doomed")).toBeVisible();

  serveList();
  stream.send("campaigns", { campaigns: [], removed: [7] });

  expect(await screen.findByText("No campaigns yet")).toBeVisible();
});

it("says when the live connection is lost", async () => {
  await signInAs("admin");
  serveList(aCampaign());
  const stream = await renderPage().next();
  stream.fail();
  expect(await screen.findByText(/Connection lost/)).toBeVisible();
});

it("says how many will not get it before it cancels, and cancels only when confirmed", async () => {
  await signInAs("admin");
  const running = aRunningCampaign({ sent: 659, pending: 2341 });
  serveList(running);
  let cancelled = 0;
  server.use(
    http.post(`${LIST}7/cancel/`, () => {
      cancelled += 1;
      return HttpResponse.json({ ...running, status: "cancelled", allowed_moves: [] });
    }),
  );
  renderPage();
  await openMenu("Spring catalogue");
  await userEvent.click(await screen.findByRole("menuitem", { name: "Cancel campaign" }));

  const dialog = await screen.findByRole("dialog");
  expect(dialog).toHaveTextContent("2,341 subscribers will not get it; this can't be undone.");
  expect(cancelled).toBe(0);
  await userEvent.click(within(dialog).getByRole("button", { name: "Cancel campaign" }));
  expect(await screen.findByText("“Spring catalogue” is cancelled.")).toBeVisible();
  expect(cancelled).toBe(1);
});

it("says that the ledger is lost before it deletes", async () => {
  await signInAs("admin");
  serveList(
    aCampaign({ status: "finished", allowed_moves: ["retry"], tally: aTally({ sent: 1500 }) }),
  );
  renderPage();
  await openMenu("Spring catalogue");
  await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
  expect(await screen.findByRole("dialog")).toHaveTextContent("its ledger of 1,500 deliveries");
});

it("gives the focus back to the row when a dialog is closed", async () => {
  await signInAs("admin");
  serveList(aCampaign());
  renderPage();
  await openMenu("Spring catalogue");
  await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
  await userEvent.click(await screen.findByRole("button", { name: "Cancel" }));
  await waitFor(() =>
    expect(screen.getByRole("button", { name: "Actions for Spring catalogue" })).toHaveFocus(),
  );
});

it("says why a move was refused and what is possible instead", async () => {
  await signInAs("admin");
  serveList(aCampaign());
  server.use(
    http.post(`${LIST}7/start/`, () =>
      problem(409, "illegal_move", {
        campaign_status: "running",
        allowed_moves: ["stop", "cancel"],
      }),
    ),
  );
  renderPage();
  await userEvent.click(await screen.findByRole("button", { name: "Start" }));
  expect(await screen.findByText(/Possible now: Stop, Cancel campaign\./)).toBeVisible();
});

it("says that nobody would get a campaign whose audience is empty", async () => {
  await signInAs("admin");
  serveList(aCampaign());
  server.use(
    http.post(`${LIST}7/start/`, () =>
      problem(400, "invalid", {
        errors: [{ field: "lists", code: "empty_audience", detail: "Nobody." }],
      }),
    ),
  );
  renderPage();
  await userEvent.click(await screen.findByRole("button", { name: "Start" }));
  expect(await screen.findByText(/nobody on the chosen lists/)).toBeVisible();
});

it("shows a viewer the numbers, and nothing that would change something", async () => {
  await signInAs("viewer");
  serveList(aRunningCampaign({ sent: 10, pending: 90 }));
  renderPage();
  expect(await screen.findByText("10 of 100")).toBeVisible();
  expect(screen.queryByRole("link", { name: "New campaign" })).not.toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Stop" })).not.toBeInTheDocument();
  expect(screen.queryByRole("button", { name: /Actions for/ })).not.toBeInTheDocument();
});

it("asks for what the address says, and for the first page when the search changes", async () => {
  await signInAs("admin");
  const asked = serveList(aCampaign());
  renderPage("/manage?status=running&status=stopped&ordering=-sent&page=3");
  await waitFor(() => expect(asked.at(-1)?.get("page")).toBe("3"));
  expect(asked.at(-1)?.getAll("status")).toEqual(["running", "stopped"]);
  expect(asked.at(-1)?.get("ordering")).toBe("-sent");

  await userEvent.type(screen.getByRole("searchbox"), "spring");
  await waitFor(() => expect(asked.at(-1)?.get("search")).toBe("spring"));
  expect(asked.at(-1)?.get("page")).toBe("1");
});

it("tells an empty list from a search that finds nothing", async () => {
  await signInAs("admin");
  serveList();
  renderPage("/manage?search=nothing");
  await userEvent.click(await screen.findByRole("button", { name: "Clear search and filter" }));
  expect(await screen.findByText("No campaigns yet")).toBeVisible();
});
