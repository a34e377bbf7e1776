import { Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useTranslation } from "react-i18next";

import { ConfirmDialog } from "../../../components/ConfirmDialog";
import { problemText } from "../../../lib/i18n";
import { useDeleteSubscriber } from "../api/delete-subscriber";
import type { Subscriber } from "../api/types";

interface Props {
  opened: boolean;
  subscriber: Subscriber;
  onClose: () => void;
}

export function DeleteSubscriberDialog({ opened, subscriber, onClose }: Props) {
  const { t } = useTranslation("audience");
  const remove = useDeleteSubscriber();
  const { email } = subscriber;

  function confirm() {
    remove.mutate(subscriber.id, {
      onSuccess: () => {
        notifications.show({ message: t("subscribers.deleted", { email }), color: "green" });
        onClose();
      },
    });
  }

  return (
    <ConfirmDialog
      opened={opened}
      title={t("subscribers.deleteTitle", { email })}
      confirmLabel={t("delete")}
      destructive
      busy={remove.isPending}
      error={remove.error ? problemText(remove.error) : undefined}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Text>{t("subscribers.deleteText")}</Text>
    </ConfirmDialog>
  );
}
