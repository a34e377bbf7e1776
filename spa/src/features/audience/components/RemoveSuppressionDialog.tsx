import { Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useTranslation } from "react-i18next";

import { ConfirmDialog } from "../../../components/ConfirmDialog";
import { problemText } from "../../../lib/i18n";
import { useDeleteSuppression } from "../api/delete-suppression";
import type { Suppression } from "../api/types";

interface Props {
  opened: boolean;
  suppression: Suppression;
  onClose: () => void;
}

export function RemoveSuppressionDialog({ opened, suppression, onClose }: Props) {
  const { t } = useTranslation("audience");
  const remove = useDeleteSuppression();
  const { email, reason } = suppression;

  function confirm() {
    remove.mutate(suppression.id, {
      onSuccess: () => {
        notifications.show({ message: t("suppressions.removed", { email }), color: "green" });
        onClose();
      },
    });
  }

  return (
    <ConfirmDialog
      opened={opened}
      title={t("suppressions.removeTitle", { email })}
      confirmLabel={t("suppressions.removeConfirm")}
      destructive
      busy={remove.isPending}
      error={remove.error ? problemText(remove.error) : undefined}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Text>
        {reason === "unsubscribed"
          ? t("suppressions.removeUnsubscribed")
          : t("suppressions.removeText", { reason: t(`reason.${reason}`) })}
      </Text>
    </ConfirmDialog>
  );
}
