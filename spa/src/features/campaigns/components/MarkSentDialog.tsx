import { Text } from "@mantine/core";

import { ConfirmDialog } from "../../../components/ConfirmDialog";
import { sayDone } from "../../../components/notify";
import { useFormat } from "../../../lib/format";
import { problemText, useTranslation } from "../../../lib/i18n";
import { useMarkDeliveriesSent } from "../api/mark-delivery-sent";
import type { Delivery } from "../api/types";

interface Props {
  campaignId: number;
  deliveries: readonly Delivery[];
  opened: boolean;
  onClose: () => void;
}

export function MarkSentDialog({ campaignId, deliveries, opened, onClose }: Props) {
  const { t } = useTranslation("campaigns");
  const { formatNumber } = useFormat();
  const mark = useMarkDeliveriesSent(campaignId);
  const count = deliveries.length;
  const said = { formatted: formatNumber(count), email: deliveries[0]?.email ?? "" };

  function close() {
    mark.reset();
    onClose();
  }

  function confirm() {
    mark.mutate(
      deliveries.map(({ id }) => id),
      {
        onSuccess: () => {
          sayDone(t(count === 1 ? "deliveries.markedSent" : "deliveries.markedSentMany", said));
          close();
        },
      },
    );
  }

  return (
    <ConfirmDialog
      opened={opened}
      title={t("deliveries.markSentTitle")}
      confirmLabel={t("deliveries.markSent")}
      busy={mark.isPending}
      error={mark.error ? problemText(mark.error) : undefined}
      onConfirm={confirm}
      onClose={close}
    >
      <Text>
        {t(count === 1 ? "deliveries.markSentText" : "deliveries.markSentManyText", said)}
      </Text>
    </ConfirmDialog>
  );
}
