import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { Route, Routes } from "react-router";
import { beforeEach, expect, it } from "vitest";

import { chooseLanguage } from "../../../lib/i18n";
import { renderApp } from "../../../test/render";
import { problem, server } from "../../../test/server";
import { signInAs } from "../../../test/sign-in";
import SegmentPage from "./SegmentPage";

const SEGMENTS = "/api/v1/segments/";

beforeEach(async () => {
  await chooseLanguage("en");
  await signInAs("admin");
  server.use(
    http.post(`${SEGMENTS}preview/`, () =>
      HttpResponse.json({ subscribers: 12_480, suppressed: 37, first: [] }),
    ),
  );
});

function renderPage(route = "/manage/segments/new") {
  renderApp(
    <Routes>
      <Route path="/manage/segments" element={<p>All segments</p>} />
      <Route path="/manage/segments/new" element={<SegmentPage />} />
      <Route path="/manage/segments/:id" element={<SegmentPage />} />
    </Routes>,
    { route },
  );
}

it("counts live whom the conditions select, and saves them", async () => {
  let saved: unknown;
  server.use(
    http.post(SEGMENTS, async ({ request }) => {
      saved = await request.json();
      return HttpResponse.json({ id: 1, name: "Rigans" }, { status: 201 });
    }),
  );
  renderPage();
  expect(await screen.findByText(/Complete every condition/)).toBeVisible();
  await userEvent.type(screen.getByLabelText("Name"), "Rigans");
  await userEvent.selectOptions(screen.getByLabelText("Field"), "Attribute");
  await userEvent.type(screen.getByLabelText("Attribute's key"), "city");
  await userEvent.selectOptions(screen.getByLabelText("Operator"), "not: is");
  await userEvent.type(screen.getByLabelText("Value"), "Riga");
  expect(await screen.findByText("12,480 subscribers, 37 suppressed")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Create segment" }));
  expect(await screen.findByText("All segments")).toBeVisible();
  const city = { field: "attributes.city", op: "eq", type: "text", value: "Riga" };
  expect(saved).toEqual({ name: "Rigans", description: "", filter: { all: [{ not: city }] } });
});

it("shows what the API refuses in a filter", async () => {
  server.use(
    http.post(SEGMENTS, () =>
      problem(400, "invalid", {
        errors: [{ field: "name", code: "unique", detail: "There is a segment of this name." }],
      }),
    ),
  );
  renderPage();
  await userEvent.type(await screen.findByLabelText("Name"), "Taken");
  await userEvent.type(screen.getByLabelText("Value"), "x");
  await userEvent.click(screen.getByRole("button", { name: "Create segment" }));
  await waitFor(() => expect(screen.getByLabelText("Name")).toBeInvalid());
});

it("lets a viewer look at a segment and not save it", async () => {
  await signInAs("viewer");
  server.use(
    http.get(`${SEGMENTS}4/`, () =>
      HttpResponse.json({
        id: 4,
        name: "Locals",
        description: "",
        filter: { field: "domain", op: "eq", value: "example.org" },
      }),
    ),
  );
  renderPage("/manage/segments/4");
  expect(await screen.findByDisplayValue("example.org")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Save" })).toBeNull();
});
