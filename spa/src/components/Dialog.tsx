import { Modal } from "@mantine/core";
import type { ReactNode } from "react";

import { useTranslation } from "../lib/i18n";

interface Props {
  opened: boolean;
  title: string;
  /** A click beside it must not lose what was written in it. */
  isForm?: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** What every dialog of the management pages stands in. */
export function Dialog({ opened, title, isForm = false, onClose, children }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      closeButtonProps={{ "aria-label": t("action.close") }}
      closeOnClickOutside={!isForm}
      centered
    >
      {children}
    </Modal>
  );
}
