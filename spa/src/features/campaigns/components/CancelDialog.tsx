import { Text } from "@mantine/core";

import { ConfirmDialog } from "../../../components/ConfirmDialog";
import { useFormat } from "../../../lib/format";
import { useTranslation } from "../../../lib/i18n";
import type { CampaignListItem } from "../api/types";

interface Props {
  campaign: CampaignListItem;
  opened: boolean;
  busy: boolean;
  error: string | undefined;
  onConfirm: () => void;
  onClose: () => void;
}

export function CancelDialog({ campaign, ...dialog }: Props) {
  const { t } = useTranslation("campaigns");
  return (
    <ConfirmDialog
      {...dialog}
      title={t("cancel.title", { name: campaign.name })}
      confirmLabel={t("cancel.confirm")}
      closeLabel={t("cancel.keep")}
      destructive
    >
      <Lost campaign={campaign} />
    </ConfirmDialog>
  );
}

function Lost({ campaign }: { campaign: CampaignListItem }) {
  const { t } = useTranslation("campaigns");
  const { formatNumber } = useFormat();
  const { pending } = campaign.tally;
  if (campaign.status === "scheduled") return <Text>{t("cancel.lostNobodyYet")}</Text>;
  // The audience is still being resolved, so a number would be wrong a moment later.
  if (!campaign.audience_frozen) return <Text>{t("cancel.lostCounting")}</Text>;
  return <Text>{t("cancel.lost", { count: pending, formatted: formatNumber(pending) })}</Text>;
}
