import { Button } from "@mantine/core";
import { onlineManager, useQuery } from "@tanstack/react-query";
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { api, unwrap } from "../lib/api-client";
import { addNamespace, chooseLanguage } from "../lib/i18n";
import { useListParams } from "../lib/list-params";
import { renderApp } from "../test/render";
import { problem, server } from "../test/server";
import { ListPage } from "./ListPage";

// Any list of the API serves; what is in it doesn't matter here.
const URL_OF_LIST = "/api/v1/suppressions/";

const TEXTS = {
  title: "Rows",
  intro: "All of them.",
  search: "Search rows",
  table: "Rows",
  pages: "Pages of rows",
  count_one: "{{formatted}} row",
  count_other: "{{formatted}} rows",
  empty: "No rows yet",
  emptyText: "Make one.",
};

interface Row {
  id: number;
  email: string | null;
}

const ROWS: Row[] = [
  { id: 1, email: "anna@example.com" },
  { id: 2, email: "ben@example.com" },
  { id: 3, email: "fixed@example.com" },
];

addNamespace("rows", { en: { list: TEXTS }, ru: { list: TEXTS } });

const act = vi.fn<(ids: number[]) => void>();
const asked: URLSearchParams[] = [];

function serveRows(results: Row[], count = results.length) {
  server.use(
    http.get(URL_OF_LIST, ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      return HttpResponse.json({ count, next: null, previous: null, results });
    }),
  );
}

function Page() {
  const params = useListParams({ ordering: "email" });
  const { page, search, ordering } = params;
  const query = useQuery({
    queryKey: ["rows", page, search, ordering],
    queryFn: () =>
      unwrap(api.GET(URL_OF_LIST, { params: { query: { page, search, ordering } as object } })),
  });
  return (
    <ListPage<Row>
      texts="rows:list"
      params={params}
      query={query}
      columns={[
        {
          id: "email",
          header: "Address",
          orderBy: "email",
          renderCell: ({ email }) => email,
        },
      ]}
      rowKey={({ id }) => id}
      renderRowActions={({ email }) => <Button>{`Edit ${email}`}</Button>}
      selection={{
        labelOf: ({ email }) => `Choose ${email}`,
        isSelectable: ({ id }) => id !== 3,
        renderActions: (rows) => (
          <Button onClick={() => act(rows.map(({ id }) => id))}>Do it</Button>
        ),
      }}
      newButton={<Button>New row</Button>}
    />
  );
}

const show = (route = "/list") => renderApp(<Page />, { route });

beforeEach(async () => {
  asked.length = 0;
  act.mockClear();
  chooseLanguage("en");
});
afterEach(() => onlineManager.setOnline(true));

it("shows that it loads, then the rows with their buttons", async () => {
  serveRows(ROWS);
  show();
  expect(screen.getByRole("status", { name: "Loading …" })).toBeVisible();
  expect(await screen.findByRole("row", { name: /anna@example.com/ })).toBeVisible();
  expect(screen.getByText("3 rows")).toBeVisible();
  expect(screen.getByRole("button", { name: "Edit ben@example.com" })).toBeVisible();
});

it("offers to make the first one where there is nothing", async () => {
  serveRows([]);
  show();
  await waitFor(() => expect(screen.getAllByRole("button", { name: "New row" })).toHaveLength(2));
  expect(screen.getByText("No rows yet")).toBeVisible();
  expect(screen.queryByRole("table")).toBeNull();
});

it("tells a search without result from an empty list, and leads back", async () => {
  serveRows([]);
  show("/list?search=zoe");
  expect(await screen.findByText("Nothing matches")).toBeVisible();
  serveRows(ROWS);
  await userEvent.click(screen.getByRole("button", { name: "Clear search and filter" }));
  expect(await screen.findByText("anna@example.com")).toBeVisible();
  expect(asked.at(-1)?.get("search")).toBe("");
});

it("says what went wrong, and shows the rows once that is over", async () => {
  server.use(http.get(URL_OF_LIST, () => problem(503, "unavailable")));
  show();
  expect(await screen.findByRole("alert")).toHaveTextContent("The service is busy just now");
  serveRows(ROWS);
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("anna@example.com")).toBeVisible();
});

it("says that the role doesn't reach it, and offers no second try", async () => {
  server.use(http.get(URL_OF_LIST, () => problem(403, "permission_denied")));
  show();
  expect(await screen.findByText("Your role doesn't allow this")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
});

it("says that it is gone", async () => {
  server.use(http.get(URL_OF_LIST, () => problem(404, "not_found")));
  show();
  expect(await screen.findByText("This is not there any more")).toBeVisible();
});

it("leads from a page that there is not to the first", async () => {
  server.use(http.get(URL_OF_LIST, () => problem(404, "not_found")));
  show("/list?page=9&search=a");
  expect(await screen.findByText("There are not so many pages")).toBeVisible();
  serveRows(ROWS);
  await userEvent.click(screen.getByRole("button", { name: "To the first page" }));
  expect(await screen.findByText("anna@example.com")).toBeVisible();
  expect([asked.at(-1)?.get("page"), asked.at(-1)?.get("search")]).toEqual(["1", "a"]);
});

it("says that the server is away", async () => {
  server.use(http.get(URL_OF_LIST, () => HttpResponse.error()));
  show();
  expect(await screen.findByText("The server can't be reached")).toBeVisible();
});

it("says that the browser is offline, and goes on by itself", async () => {
  serveRows(ROWS);
  onlineManager.setOnline(false);
  show();
  expect(await screen.findByText("You are offline")).toBeVisible();
  onlineManager.setOnline(true);
  expect(await screen.findByText("anna@example.com")).toBeVisible();
});

it("keeps the rows when they can't be refreshed, and says that they are old", async () => {
  serveRows(ROWS);
  const { queryClient } = show();
  expect(await screen.findByText("anna@example.com")).toBeVisible();
  server.use(http.get(URL_OF_LIST, () => problem(503, "unavailable")));
  await queryClient.refetchQueries();
  expect(await screen.findByText(/These rows could not be refreshed/)).toBeVisible();
  expect(screen.getByText("anna@example.com")).toBeVisible();
});

it("orders and turns pages by the address", async () => {
  serveRows(ROWS, 80);
  show("/list?page=2");
  await userEvent.click(await screen.findByRole("button", { name: "Page 3" }));
  await waitFor(() => expect(asked.at(-1)?.get("page")).toBe("3"));
  await userEvent.click(await screen.findByRole("button", { name: "Address" }));
  await waitFor(() => expect(asked.at(-1)?.get("ordering")).toBe("-email"));
  expect(asked.at(-1)?.get("page")).toBe("1");
});

it("acts on what was chosen, and lets only that be chosen which may be", async () => {
  serveRows(ROWS);
  show();
  await userEvent.click(await screen.findByRole("checkbox", { name: "Choose ben@example.com" }));
  expect(screen.getByText("1 chosen")).toBeVisible();
  const all = screen.getByRole("checkbox", { name: "Choose all rows of this page" });
  expect(all).toBePartiallyChecked();
  await userEvent.click(all);
  expect(screen.queryByRole("checkbox", { name: "Choose fixed@example.com" })).toBeNull();
  const actions = screen.getByRole("group", { name: "What to do with the chosen rows" });
  await userEvent.click(within(actions).getByRole("button", { name: "Do it" }));
  expect(act).toHaveBeenCalledWith([1, 2]);
  await userEvent.click(within(actions).getByRole("button", { name: "Choose none" }));
  expect(all).not.toBeChecked();
});

it("forgets a chosen row that left the page", async () => {
  serveRows(ROWS);
  const { queryClient } = show();
  await userEvent.click(await screen.findByRole("checkbox", { name: "Choose ben@example.com" }));
  serveRows(ROWS.slice(0, 1));
  await queryClient.refetchQueries();
  await waitFor(() => expect(screen.queryByText("1 chosen")).toBeNull());
});
