import { Text } from "@mantine/core";

import { problemText, useTranslation } from "../lib/i18n";
import { ConfirmDialog } from "./ConfirmDialog";
import { sayDone } from "./notify";
import type { DialogTarget } from "./useDialogTarget";

interface Props<Target> {
  dialog: Pick<DialogTarget<Target>, "opened" | "target" | "close">;
  title: (target: Target) => string;
  /** What is lost with it, and what stays. */
  text: (target: Target) => string;
  /** Said when it is gone. */
  done: (target: Target) => string;
  confirmLabel?: string;
  /** What `useMutation` gives; called with the target's id. */
  mutation: {
    mutate: (id: number, options: { onSuccess: () => void }) => void;
    reset: () => void;
    isPending: boolean;
    error: Error | null;
  };
  /** How a refusal is said. */
  describe?: (error: Error) => string;
  onDeleted?: (() => void) | undefined;
}

/** Asks before something is deleted, deletes it, and says so, or why it can't be. */
export function DeleteDialog<Target extends { id: number }>(props: Props<Target>) {
  const { dialog, mutation, describe = problemText } = props;
  const { t } = useTranslation();
  const { target } = dialog;
  if (target === null) return null;

  function close() {
    mutation.reset();
    dialog.close();
  }

  function confirm(confirmed: Target) {
    mutation.mutate(confirmed.id, {
      onSuccess: () => {
        close();
        sayDone(props.done(confirmed));
        props.onDeleted?.();
      },
    });
  }

  return (
    <ConfirmDialog
      opened={dialog.opened}
      title={props.title(target)}
      confirmLabel={props.confirmLabel ?? t("action.delete")}
      destructive
      busy={mutation.isPending}
      error={mutation.error ? describe(mutation.error) : undefined}
      onConfirm={() => confirm(target)}
      onClose={close}
    >
      <Text>{props.text(target)}</Text>
    </ConfirmDialog>
  );
}
