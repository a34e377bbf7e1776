import { Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useTranslation } from "react-i18next";

import { ConfirmDialog } from "../../../components/ConfirmDialog";
import { useFormat } from "../../../lib/format";
import { problemText } from "../../../lib/i18n";
import { useDeleteMailingList } from "../api/delete-mailing-list";
import type { MailingList } from "../api/types";

interface Props {
  opened: boolean;
  list: MailingList;
  onClose: () => void;
}

export function DeleteListDialog({ opened, list, onClose }: Props) {
  const { t } = useTranslation("audience");
  const { formatNumber } = useFormat();
  const remove = useDeleteMailingList();
  const { name, subscriber_count: count } = list;

  function confirm() {
    remove.mutate(list.id, {
      onSuccess: () => {
        notifications.show({ message: t("lists.deleted", { name }), color: "green" });
        onClose();
      },
    });
  }

  return (
    <ConfirmDialog
      opened={opened}
      title={t("lists.deleteTitle", { name })}
      confirmLabel={t("delete")}
      destructive
      busy={remove.isPending}
      error={remove.error ? problemText(remove.error) : undefined}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Text>
        {count === 0
          ? t("lists.deleteEmpty")
          : t("lists.deleteText", { count, formatted: formatNumber(count) })}
      </Text>
    </ConfirmDialog>
  );
}
