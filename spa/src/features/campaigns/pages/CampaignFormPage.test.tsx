import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { Link, Route, Routes } from "react-router";
import { beforeEach, expect, it, vi } from "vitest";

import { chooseLanguage } from "../../../lib/i18n";
import { renderApp } from "../../../test/render";
import { problem, server } from "../../../test/server";
import { signInAs } from "../../../test/sign-in";
import type { Campaign } from "../api/types";
import { aCampaign, aRunningCampaign } from "../fixtures";
import CampaignFormPage from "./CampaignFormPage";

const CAMPAIGNS = "/api/v1/campaigns/";

beforeEach(async () => {
  chooseLanguage("en");
  await signInAs("admin");
  server.use(
    http.get("/api/v1/lists/", () =>
      HttpResponse.json({
        count: 1,
        next: null,
        previous: null,
        results: [
          {
            id: 1,
            name: "Newsletter",
            description: "",
            tags: [],
            subscriber_count: 3000,
            mailable_count: 2990,
            suppressed_count: 10,
            created_at: "2026-03-01T10:00:00Z",
            updated_at: "2026-03-01T10:00:00Z",
          },
        ],
      }),
    ),
    http.get("/api/v1/segments/", () =>
      HttpResponse.json({
        count: 1,
        next: null,
        previous: null,
        results: [{ id: 3, name: "Rigans", description: "", filter: { all: [] } }],
      }),
    ),
    http.post("/api/v1/audience/preview/", async ({ request }) => {
      const { segments } = (await request.json()) as { segments: number[] };
      const subscribers = segments.length === 0 ? 0 : 12_480;
      return HttpResponse.json({ subscribers, suppressed: 37, frozen: false });
    }),
    http.get("/api/v1/installation/", () => HttpResponse.json({ public: "started" })),
    http.get("/api/v1/transports/", () =>
      HttpResponse.json([
        { name: "database", healthy: true, detail: "" },
        { name: "smtp", healthy: false, detail: "Connection refused" },
      ]),
    ),
  );
});

function renderForm(route = "/manage/campaigns/new") {
  renderApp(
    <>
      <Link to="/elsewhere">Elsewhere</Link>
      <Routes>
        <Route path="/manage/campaigns/new" element={<CampaignFormPage />} />
        <Route path="/manage/campaigns/:id/edit" element={<CampaignFormPage />} />
        <Route path="/manage/campaigns/:id" element={<p>The campaign&apos;s page</p>} />
        <Route path="/elsewhere" element={<p>Somewhere else</p>} />
      </Routes>
    </>,
    { route },
  );
}

async function renderEdit(campaign: Campaign) {
  server.use(http.get(`${CAMPAIGNS}7/`, () => HttpResponse.json(campaign)));
  renderForm("/manage/campaigns/7/edit");
  await screen.findByDisplayValue(campaign.name);
}

/** At once: these tests are not about single keys, and a form this large takes its time for each. */
async function write(label: string, text: string) {
  await userEvent.click(screen.getByLabelText(label));
  await userEvent.paste(text);
}

async function fillRequired() {
  await write("Name", "Spring");
  await write("Subject", "Hello");
  await write("From address", "shop@example.com");
  await write("Plain text", "Hi");
}

const create = () => userEvent.click(screen.getByRole("button", { name: "Create campaign" }));

it("creates a campaign with what was written", async () => {
  let body: unknown;
  server.use(
    http.post(CAMPAIGNS, async ({ request }) => {
      body = await request.json();
      return HttpResponse.json(aCampaign(), { status: 201 });
    }),
  );
  renderForm();
  await fillRequired();
  await userEvent.click(screen.getByRole("combobox", { name: "Mailing lists" }));
  await userEvent.click(
    await screen.findByRole("option", { name: "Newsletter (3,000 subscribers)" }),
  );
  await write("Messages a second", "20");
  await create();
  expect(await screen.findByText("The campaign's page")).toBeVisible();
  expect(body).toEqual({
    name: "Spring",
    subject: "Hello",
    from_name: "",
    from_email: "shop@example.com",
    body_text: "Hi",
    body_html: "",
    lists: [1],
    segments: [],
    excluded_lists: [],
    excluded_segments: [],
    sample_size: null,
    sample_percent: null,
    transport: "database",
    rate_limit: 20,
    is_public: null,
  });
});

it("says at the choice what will be seen, and sends what was chosen", async () => {
  let body: Partial<Campaign> = {};
  await renderEdit(aCampaign({ id: 7, is_public: null }));
  server.use(
    http.patch(`${CAMPAIGNS}7/`, async ({ request }) => {
      body = (await request.json()) as Partial<Campaign>;
      return HttpResponse.json(aCampaign({ is_public: false }));
    }),
  );
  const choice = screen.getByRole("combobox", { name: "On the public page" });
  expect(choice).toHaveDisplayValue("As this installation does");
  await waitFor(() => expect(choice).toHaveAccessibleDescription(/^Once it is scheduled or started/));
  await userEvent.selectOptions(choice, "Show");
  expect(choice).toHaveAccessibleDescription(/from now on/);
  await userEvent.selectOptions(choice, "Hide");
  expect(choice).toHaveAccessibleDescription("Nobody can see it without signing in.");
  await userEvent.click(screen.getByRole("button", { name: "Save changes" }));
  expect(await screen.findByText("The campaign's page")).toBeVisible();
  expect(body).toEqual({ is_public: false });
});

it("says beside each field what is missing and puts the focus on the first", async () => {
  renderForm();
  await create();
  expect(screen.getByRole("alert")).toHaveTextContent("4 fields need attention");
  expect(screen.getByLabelText("Subject")).toHaveAccessibleDescription(
    "Subject must not be empty.",
  );
  expect(screen.getByLabelText("Name")).toHaveFocus();
});

it("shows what the API refuses beside its field, an entry's problem beside the whole", async () => {
  server.use(
    http.post(CAMPAIGNS, () =>
      problem(400, "invalid", {
        errors: [
          { field: "subject", code: "unknown_variable", detail: "There is no {{ nme }}." },
          { field: "lists.0", code: "does_not_exist", detail: "No such list." },
        ],
      }),
    ),
  );
  renderForm();
  await fillRequired();
  await create();
  const summary = await screen.findByRole("alert");
  expect(summary).toHaveTextContent("2 fields need attention");
  expect(within(summary).getByRole("button", { name: "Mailing lists" })).toBeVisible();
  expect(screen.getByLabelText("Subject")).toBeInvalid();
  expect(screen.getByRole("combobox", { name: "Mailing lists" })).toBeInvalid();
  expect(screen.getByLabelText("Subject")).toHaveFocus();
});

it("says beside the button that nothing was saved, and brings that into view", async () => {
  const scroll = vi.spyOn(window.HTMLElement.prototype, "scrollIntoView");
  server.use(http.post(CAMPAIGNS, () => HttpResponse.error()));
  renderForm();
  await fillRequired();
  await create();
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent("The server can't be reached.");
  expect(scroll.mock.contexts).toContain(alert);
  const button = screen.getByRole("button", { name: "Create campaign" });
  const lastField = screen.getByLabelText("HTML (optional)");
  const follows = Node.DOCUMENT_POSITION_FOLLOWING;
  expect(alert.compareDocumentPosition(button) & follows).toBeTruthy();
  expect(lastField.compareDocumentPosition(alert) & follows).toBeTruthy();
});

it("keeps everything that was written when the session has expired", async () => {
  server.use(
    http.post(CAMPAIGNS, () => problem(401, "token_not_valid")),
    http.post("/api/v1/auth/token/refresh/", () => problem(401, "refresh_invalid")),
  );
  renderForm();
  await fillRequired();
  await create();
  expect(await screen.findByText("It could not be saved")).toBeVisible();
  expect(screen.getByLabelText("Name")).toHaveValue("Spring");
  expect(screen.getByLabelText("Plain text")).toHaveValue("Hi");

  await signInAs("admin");
  server.use(http.post(CAMPAIGNS, () => HttpResponse.json(aCampaign(), { status: 201 })));
  await create();
  expect(await screen.findByText("The campaign's page")).toBeVisible();
});

it("sends only what was changed", async () => {
  let body: unknown;
  await renderEdit(aCampaign());
  server.use(
    http.patch(`${CAMPAIGNS}7/`, async ({ request }) => {
      body = await request.json();
      return HttpResponse.json(aCampaign());
    }),
  );
  await userEvent.clear(screen.getByLabelText("Subject"));
  await write("Subject", "News");
  await userEvent.click(screen.getByRole("button", { name: "Save changes" }));
  expect(await screen.findByText("The campaign's page")).toBeVisible();
  expect(body).toEqual({ subject: "News" });
});

it("lets a running campaign change its limit but not its message, and says why", async () => {
  await renderEdit(aRunningCampaign({ sent: 1, pending: 9 }));
  expect(screen.getByLabelText("Messages a second")).toBeEnabled();
  expect(screen.getByLabelText("Name")).toBeEnabled();
  expect(screen.getByLabelText("Subject")).toBeDisabled();
  expect(screen.getByLabelText("Plain text")).toBeDisabled();
  expect(screen.getByText(/Stop it to change the message/)).toBeVisible();
});

it("lets exactly those fields change which the API calls editable", async () => {
  await renderEdit(aCampaign({ status: "stopped", editable_fields: ["subject"] }));
  expect(screen.getByLabelText("Subject")).toBeEnabled();
  for (const label of ["Name", "From name", "From address", "Plain text", "Messages a second"]) {
    expect(screen.getByLabelText(label)).toBeDisabled();
  }
  expect(screen.getByRole("combobox", { name: "Mailing lists" })).toBeDisabled();
});

it("inserts a variable where the cursor is", async () => {
  renderForm();
  const text = screen.getByLabelText("Plain text");
  await write("Plain text", "Hi !");
  await userEvent.keyboard("{ArrowLeft}");
  await userEvent.click(screen.getByRole("button", { name: "Insert {{ email }}" }));
  expect(text).toHaveValue("Hi {{ email }}!");
});

it("asks before it is left with something unsaved, and stays if one wants to", async () => {
  renderForm();
  await write("Name", "Spring");
  await userEvent.click(screen.getByRole("link", { name: "Elsewhere" }));
  await userEvent.click(await screen.findByRole("button", { name: "Stay here" }));
  expect(screen.getByLabelText("Name")).toHaveValue("Spring");

  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  await userEvent.click(screen.getByRole("link", { name: "Elsewhere" }));
  await userEvent.click(await screen.findByRole("button", { name: "Leave" }));
  expect(await screen.findByText("Somewhere else")).toBeVisible();
});

it("shows the saved message in a frame that may run nothing", async () => {
  await renderEdit(aCampaign());
  server.use(
    http.post(`${CAMPAIGNS}7/preview/`, () =>
      HttpResponse.json({
        subject: "Hello Anna",
        body_text: "Hi Anna",
        body_html: "<p>Hi Anna</p>",
        email: "anna@example.com",
      }),
    ),
  );
  await userEvent.click(screen.getByRole("button", { name: "Preview" }));
  expect(await screen.findByText("Hello Anna")).toBeVisible();
  const frame = screen.getByTitle("HTML");
  expect(frame).toHaveAttribute("sandbox", "");
  expect(frame).toHaveAttribute("srcdoc", "<p>Hi Anna</p>");
});

it("offers a viewer no form", async () => {
  await signInAs("viewer");
  renderForm();
  expect(screen.getByText("Your role doesn't allow this")).toBeVisible();
  expect(screen.queryByLabelText("Name")).not.toBeInTheDocument();
});

it("counts live whom the chosen audience reaches", async () => {
  renderForm();
  await userEvent.click(await screen.findByRole("combobox", { name: "Segments" }));
  await userEvent.click(await screen.findByRole("option", { name: "Rigans" }));
  expect(await screen.findByText("12,480 subscribers, 37 suppressed")).toBeVisible();
});

it("takes a sample by number or by percent, not both", async () => {
  renderForm();
  await userEvent.type(await screen.findByLabelText("Only so many"), "100");
  expect(screen.getByLabelText("Only so many percent")).toBeDisabled();
});
