import { Button, Group } from "@mantine/core";
import type { ReactNode } from "react";

import { useTranslation } from "../lib/i18n";
import { Dialog } from "./Dialog";
import { ProblemText } from "./ProblemText";

interface Props {
  opened: boolean;
  title: string;
  /** What is lost by going on. */
  children: ReactNode;
  confirmLabel: string;
  /** Where "Cancel" could be read as the thing that is to be confirmed. */
  closeLabel?: string;
  destructive?: boolean;
  busy?: boolean;
  error?: string | undefined;
  onConfirm: () => void;
  onClose: () => void;
}

export function ConfirmDialog(props: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened={props.opened} onClose={props.onClose} title={props.title}>
      {props.children}
      <ProblemText text={props.error} />
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={props.onClose} data-autofocus>
          {props.closeLabel ?? t("action.cancel")}
        </Button>
        <Button
          {...(props.destructive && { color: "red.9" })}
          loading={props.busy ?? false}
          onClick={props.onConfirm}
        >
          {props.confirmLabel}
        </Button>
      </Group>
    </Dialog>
  );
}
