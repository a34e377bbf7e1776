import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it } from "vitest";

import { chooseLanguage } from "../../../lib/i18n";
import { renderApp } from "../../../test/render";
import { problem, server } from "../../../test/server";
import { signInAs } from "../../../test/sign-in";
import type { Feedback } from "../api/types";
import { aCampaign } from "../fixtures";
import "../locales/index";
import { CampaignFeedback } from "./CampaignFeedback";

const FEEDBACK = "/api/v1/campaigns/7/feedback/";

const BOUNCE: Feedback = {
  id: 1,
  kind: "hard_bounce",
  source: "mailbox",
  email: "anna@example.com",
  delivery: 31,
  status: "5.1.1",
  detail: "550 5.1.1 User unknown",
  at: "2026-03-01T10:00:00Z",
};

let asked: URLSearchParams[] = [];

function serve(...results: Feedback[]) {
  asked = [];
  server.use(
    http.get(FEEDBACK, ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      return HttpResponse.json({ count: results.length, next: null, previous: null, results });
    }),
  );
}

beforeEach(async () => {
  await chooseLanguage("en");
  await signInAs("viewer");
});

const show = () =>
  renderApp(
    <CampaignFeedback campaign={aCampaign({ bounced: 3, complained: 2, unsubscribed: 1 })} />,
  );

it("shows the three numbers and what came back with its reason", async () => {
  serve(BOUNCE);
  show();
  const row = (await screen.findByText("anna@example.com")).closest("tr");
  expect(within(row!).getByText("No such mailbox")).toBeVisible();
  expect(within(row!).getByText("550 5.1.1 User unknown")).toBeVisible();
  expect(screen.getByText("Bounced", { selector: "dt" }).nextSibling).toHaveTextContent("3");
  expect(screen.getByText("Complained", { selector: "dt" }).nextSibling).toHaveTextContent("2");
  expect(screen.getByText("Unsubscribed", { selector: "dt" }).nextSibling).toHaveTextContent("1");
  expect(screen.getByRole("button", { name: "Download CSV" })).toBeVisible();
});

it("asks for one kind alone", async () => {
  serve();
  show();
  expect(await screen.findByText("Nothing came back")).toBeVisible();
  await userEvent.click(screen.getByRole("combobox", { name: "Kind of feedback" }));
  await userEvent.click(await screen.findByRole("option", { name: "Called spam" }));
  expect(await screen.findByText("Nothing of this kind came back")).toBeVisible();
  expect(asked.at(-1)?.getAll("kind")).toEqual(["complaint"]);
});

it("says so when it can't be read", async () => {
  server.use(http.get(FEEDBACK, () => problem(500, "error")));
  show();
  expect(await screen.findByRole("alert")).toBeVisible();
});
