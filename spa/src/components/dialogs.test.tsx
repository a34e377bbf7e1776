import { TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { Notifications, notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { ApiProblem } from "../lib/api-client";
import { chooseLanguage } from "../lib/i18n";
import { renderApp } from "../test/render";
import { DeleteDialog } from "./DeleteDialog";
import { Dialog } from "./Dialog";
import { DialogForm } from "./DialogForm";
import { useDialogTarget } from "./useDialogTarget";

const request = vi.fn<(input: unknown) => Promise<unknown>>();

beforeEach(async () => {
  request.mockReset();
  notifications.clean();
  chooseLanguage("en");
});

/** A request under way, which the test lets end. */
function pending() {
  const gate = new EventTarget();
  request.mockReturnValueOnce(
    new Promise((resolve) => {
      gate.addEventListener("end", resolve);
    }),
  );
  return { end: () => gate.dispatchEvent(new Event("end")) };
}

function invalid(...fields: string[]) {
  const errors = fields.map((field) => ({ field, code: "unique", detail: "Taken." }));
  return new ApiProblem(400, { code: "invalid", errors });
}

function FormPage() {
  const { opened, open, close } = useDialogTarget<never>();
  return (
    <>
      <button type="button" onClick={() => open(null)}>
        New
      </button>
      <Dialog opened={opened} onClose={close} title="New thing" isForm>
        <Form onClose={close} />
      </Dialog>
    </>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const form = useForm({ initialValues: { name: "", note: "" } });
  return (
    <DialogForm form={form} submitLabel="Create" onSubmit={request} onClose={onClose}>
      <TextInput label="Name" {...form.getInputProps("name")} />
      <TextInput label="Note" {...form.getInputProps("note")} />
    </DialogForm>
  );
}

async function openAndWrite() {
  renderApp(<FormPage />);
  await userEvent.click(screen.getByRole("button", { name: "New" }));
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.type(dialog.getByLabelText("Name"), "Spring");
  await userEvent.click(dialog.getByRole("button", { name: "Create" }));
  return dialog;
}

describe("the form in a dialog", () => {
  it("is busy while it saves and closes when it has", async () => {
    const saving = pending();
    const dialog = await openAndWrite();
    expect(request).toHaveBeenCalledWith({ name: "Spring", note: "" });
    expect(dialog.getByRole("button", { name: "Create" })).toBeDisabled();
    saving.end();
    await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
  });

  it("puts what was refused beside its field, with the focus in the first, and loses nothing", async () => {
    request.mockRejectedValueOnce(invalid("note.city", "name"));
    const dialog = await openAndWrite();
    expect(await dialog.findAllByText("This one exists already.")).toHaveLength(2);
    expect(dialog.getByLabelText("Note")).toBeInvalid();
    expect(dialog.getByLabelText("Name")).toHaveFocus();
    expect(dialog.getByLabelText("Name")).toHaveValue("Spring");
  });

  it("says over the buttons what belongs to no field of it", async () => {
    request.mockRejectedValueOnce(invalid("something_else"));
    const dialog = await openAndWrite();
    expect(await dialog.findByRole("alert")).toHaveTextContent("This one exists already.");
  });

  it("brings a problem of the whole into view, and forgets it at the next try", async () => {
    const scroll = vi.spyOn(window.HTMLElement.prototype, "scrollIntoView");
    request.mockRejectedValueOnce(new ApiProblem(0, { code: "network" }));
    const dialog = await openAndWrite();
    const alert = await dialog.findByRole("alert");
    expect(alert).toHaveTextContent("The server can't be reached.");
    expect(scroll.mock.contexts).toContain(alert);
    const saving = pending();
    await userEvent.click(dialog.getByRole("button", { name: "Create" }));
    expect(dialog.queryByRole("alert")).toBeNull();
    saving.end();
  });

  it("has a close button that says what it does", async () => {
    const saving = pending();
    const dialog = await openAndWrite();
    await userEvent.click(dialog.getByRole("button", { name: "Close" }));
    await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
    saving.end();
  });
});

function DeletePage() {
  const remove = useDialogTarget<{ id: number; name: string }>();
  return (
    <>
      <Notifications />
      <button type="button" onClick={() => remove.open({ id: 7, name: "Spring" })}>
        Remove
      </button>
      <DeleteDialog
        dialog={remove}
        mutation={useMutation({ mutationFn: (id: number) => request(id) })}
        title={({ name }) => `Delete ${name}?`}
        text={() => "It can't be undone."}
        done={({ name }) => `${name} was deleted.`}
      />
    </>
  );
}

async function askToDelete() {
  renderApp(<DeletePage />);
  await userEvent.click(screen.getByRole("button", { name: "Remove" }));
  return within(await screen.findByRole("dialog", { name: "Delete Spring?" }));
}

describe("the dialog before something is deleted", () => {
  it("deletes nothing when it is cancelled", async () => {
    const dialog = await askToDelete();
    expect(dialog.getByText("It can't be undone.")).toBeVisible();
    await userEvent.click(dialog.getByRole("button", { name: "Cancel" }));
    await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
    expect(request).not.toHaveBeenCalled();
  });

  it("deletes what was asked about and says so", async () => {
    request.mockResolvedValueOnce(null);
    const dialog = await askToDelete();
    await userEvent.click(dialog.getByRole("button", { name: "Delete" }));
    expect(await screen.findByText("Spring was deleted.")).toBeVisible();
    expect(request).toHaveBeenCalledWith(7);
    await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
  });

  it("says why it can't be, and asks afresh the next time", async () => {
    request.mockRejectedValueOnce(new ApiProblem(409, { code: "running" }));
    const dialog = await askToDelete();
    await userEvent.click(dialog.getByRole("button", { name: "Delete" }));
    expect(await dialog.findByRole("alert")).toHaveTextContent("Stop it first");
    await userEvent.click(dialog.getByRole("button", { name: "Cancel" }));
    await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Remove" }));
    await screen.findByRole("dialog");
    expect(screen.queryByRole("alert")).toBeNull();
  });
});
