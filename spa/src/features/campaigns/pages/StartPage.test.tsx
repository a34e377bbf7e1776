import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { Route, Routes } from "react-router";
import { beforeEach, expect, it } from "vitest";

import { chooseLanguage } from "../../../lib/i18n";
import { renderApp } from "../../../test/render";
import { problem, server } from "../../../test/server";
import { signInAs } from "../../../test/sign-in";
import type { Campaign, Finding } from "../api/types";
import { aCampaign, aTally } from "../fixtures";
import StartPage from "./StartPage";

const CAMPAIGN = "/api/v1/campaigns/7/";
const LONG: Finding = {
  code: "subject_long",
  severity: "warning",
  place: "subject",
  detail: "The subject has 90 characters.",
  fix: "Shorten it.",
};
const bodies: unknown[] = [];

beforeEach(async () => {
  chooseLanguage("en");
  bodies.length = 0;
  await signInAs("admin");
});

function renderPage(campaign: Campaign, findings: Finding[] = []) {
  server.use(
    http.get(CAMPAIGN, () => HttpResponse.json(campaign)),
    http.get(`${CAMPAIGN}checks/`, () => HttpResponse.json(findings)),
    http.get(`${CAMPAIGN}audience/`, () =>
      HttpResponse.json({ subscribers: 12_480, suppressed: 37, frozen: false }),
    ),
    http.get("/api/v1/transports/", () =>
      HttpResponse.json([{ name: "database", healthy: true, detail: "" }]),
    ),
    http.post(`${CAMPAIGN}preview/`, () =>
      HttpResponse.json({
        subject: "Hello Ada",
        preheader: "",
        body_text: "Hi Ada",
        body_html: "",
        email: "ada@example.org",
      }),
    ),
    http.post(`${CAMPAIGN}start/`, async ({ request }) => {
      bodies.push(await request.json());
      return HttpResponse.json({ ...campaign, status: "scheduled" });
    }),
  );
  renderApp(
    <Routes>
      <Route path="/manage/campaigns/:id/start" element={<StartPage />} />
      <Route path="/manage/campaigns/:id" element={<p>The campaign</p>} />
    </Routes>,
    { route: "/manage/campaigns/7/start" },
  );
}

const confirm = () => screen.findByRole("button", { name: "Start the campaign" });

it("tells what happens before it does, and starts with an undo", async () => {
  renderPage(aCampaign({ rate_limit: 50 }));
  expect(await screen.findByText(/12,480 subscribers, 37 suppressed are left out/)).toBeVisible();
  expect(screen.getByText(/50, about 4 min 10 sec/)).toBeVisible();
  expect(screen.getByText(/sends nothing outside/)).toBeVisible();
  expect(await screen.findByText("Nothing speaks against it.")).toBeVisible();
  await userEvent.click(await confirm());
  expect(await screen.findByText("The campaign")).toBeVisible();
  expect(bodies).toEqual([{ confirm_warnings: true, delay_seconds: 10 }]);
});

it("starts nothing while an error stands", async () => {
  renderPage(aCampaign(), [{ ...LONG, severity: "error" }]);
  expect(await screen.findByText("Must be mended")).toBeVisible();
  expect(await confirm()).toBeDisabled();
});

it("wants warnings to be seen", async () => {
  renderPage(aCampaign(), [LONG]);
  expect(await screen.findByText("The subject has 90 characters. Shorten it.")).toBeVisible();
  expect(await confirm()).toBeDisabled();
  await userEvent.click(screen.getByRole("checkbox", { name: "I have seen the warnings" }));
  await userEvent.click(await confirm());
  expect(await screen.findByText("The campaign")).toBeVisible();
});

it("speaks no English to who reads Russian", async () => {
  chooseLanguage("ru");
  renderPage(aCampaign(), [LONG]);
  expect(await screen.findByText(/Тема длинная/)).toBeVisible();
  expect(screen.queryByText(/The subject has/)).not.toBeInTheDocument();
});

it("lets what was stopped go on at once, with what is left", async () => {
  const stopped = aCampaign({
    status: "stopped",
    audience_frozen: true,
    tally: aTally({ sent: 5, pending: 3 }),
  });
  renderPage(stopped);
  expect(await screen.findByText(/^3 subscribers/)).toBeVisible();
  await screen.findByText("Nothing speaks against it.");
  await userEvent.click(await confirm());
  expect(await screen.findByText("The campaign")).toBeVisible();
  expect(bodies).toEqual([{ confirm_warnings: true, delay_seconds: 0 }]);
});

it("says why the start was refused", async () => {
  renderPage(aCampaign());
  server.use(
    http.post(`${CAMPAIGN}start/`, () =>
      problem(400, "invalid", {
        errors: [{ field: "lists", code: "empty_audience", detail: "Nobody." }],
      }),
    ),
  );
  await screen.findByText("Nothing speaks against it.");
  await userEvent.click(await confirm());
  expect(await screen.findByText(/nobody on the chosen lists/)).toBeVisible();
});

it("offers nothing to those who may not start it", async () => {
  await signInAs("author");
  renderPage(aCampaign());
  expect(await screen.findByRole("alert")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Start the campaign" })).not.toBeInTheDocument();
});
