import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../../components/confirm-dialog';
import type { CampaignListItem } from '../../../lib/api-types';
import { useFormat } from '../../../lib/format';
import { useDeleteCampaign } from '../api/delete-campaign';

interface DeleteDialogProps {
  campaign: CampaignListItem;
  onClose: () => void;
  onDeleted: () => void;
}

export function DeleteDialog({ campaign, onClose, onDeleted }: DeleteDialogProps) {
  const { t } = useTranslation('manage');
  const format = useFormat();
  const remove = useDeleteCampaign(campaign.id);
  const rows = campaign.tally.total;
  return (
    <ConfirmDialog
      title={t('delete.title', { name: campaign.name })}
      confirm={t('delete.confirm')}
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => {
        remove.mutate(undefined, { onSuccess: onDeleted });
      }}
      onClose={onClose}
    >
      {rows === 0
        ? t('delete.draftText')
        : t('delete.ledgerText', { count: rows, shown: format.number(rows) })}
    </ConfirmDialog>
  );
}
