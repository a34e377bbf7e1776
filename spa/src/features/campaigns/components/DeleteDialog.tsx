import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { ConfirmDialog } from "../../../components/ConfirmDialog";
import { useFormat } from "../../../lib/format";
import type { CampaignListItem } from "../api/types";

interface Props {
  campaign: CampaignListItem;
  opened: boolean;
  busy: boolean;
  error: string | undefined;
  onConfirm: () => void;
  onClose: () => void;
}

export function DeleteDialog({ campaign, ...dialog }: Props) {
  const { t } = useTranslation("campaigns");
  const { formatNumber } = useFormat();
  const { total } = campaign.tally;
  return (
    <ConfirmDialog
      {...dialog}
      title={t("delete.title", { name: campaign.name })}
      confirmLabel={t("delete.confirm")}
      destructive
    >
      <Text>
        {total === 0
          ? t("delete.draft")
          : t("delete.ledger", { count: total, formatted: formatNumber(total) })}
      </Text>
    </ConfirmDialog>
  );
}
