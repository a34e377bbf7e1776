import { Checkbox, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../../components/confirm-dialog';
import type { CampaignListItem } from '../../../lib/api-types';
import { formProblems } from '../../../lib/form-problems';
import { useFormat } from '../../../lib/format';
import { useMoveCampaign } from '../api/move-campaign';

interface DialogProps {
  campaign: CampaignListItem;
  onClose: () => void;
}

/** The value of a datetime-local field is in the reader's own time zone and carries none. */
function localValue(date: Date): string {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function ScheduleDialog({ campaign, onClose }: DialogProps) {
  const { t } = useTranslation('manage');
  const { t: common } = useTranslation();
  const [at, setAt] = useState(() => localValue(new Date(Date.now() + 3_600_000)));
  const move = useMoveCampaign(campaign.id);
  const problems = move.isError
    ? formProblems(move.error, ['scheduled_at'] as const, common)
    : null;
  const fieldOnly = problems !== null && problems.whole === null;
  return (
    <ConfirmDialog
      title={t('schedule.title', { name: campaign.name })}
      confirm={t('move.schedule')}
      danger={false}
      pending={move.isPending}
      disabled={at === ''}
      error={fieldOnly ? null : move.error}
      onConfirm={() => {
        move.mutate(
          { move: 'schedule', scheduledAt: new Date(at).toISOString() },
          { onSuccess: onClose },
        );
      }}
      onClose={onClose}
    >
      <TextInput
        type="datetime-local"
        label={t('schedule.at')}
        description={t('schedule.zone', { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}
        value={at}
        error={problems?.fields.scheduled_at}
        onChange={(event) => {
          setAt(event.currentTarget.value);
        }}
      />
    </ConfirmDialog>
  );
}

export function RetryDialog({ campaign, onClose }: DialogProps) {
  const { t } = useTranslation('manage');
  const format = useFormat();
  const { failed, unknown } = campaign.tally;
  // Unknown ones may have arrived, so sending them again is left to a person's own decision.
  const [chosen, setChosen] = useState<string[]>(failed > 0 ? ['failed'] : []);
  const move = useMoveCampaign(campaign.id);
  const statuses = (['failed', 'unknown'] as const).filter((status) => chosen.includes(status));
  return (
    <ConfirmDialog
      title={t('retry.title', { name: campaign.name })}
      confirm={t('move.retry')}
      danger={false}
      pending={move.isPending}
      disabled={statuses.length === 0}
      error={move.error}
      onConfirm={() => {
        move.mutate({ move: 'retry', statuses }, { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      <Checkbox.Group label={t('retry.choose')} value={chosen} onChange={setChosen}>
        <Stack mt="xs" gap="sm">
          <Checkbox
            value="failed"
            disabled={failed === 0}
            label={t('retry.failed', { count: failed, shown: format.number(failed) })}
          />
          <Checkbox
            value="unknown"
            disabled={unknown === 0}
            label={t('retry.unknown', { count: unknown, shown: format.number(unknown) })}
            description={t('retry.unknownHint')}
          />
        </Stack>
      </Checkbox.Group>
    </ConfirmDialog>
  );
}

export function CancelDialog({ campaign, onClose }: DialogProps) {
  const { t } = useTranslation('manage');
  const format = useFormat();
  const move = useMoveCampaign(campaign.id);
  const left = campaign.tally.pending;
  return (
    <ConfirmDialog
      title={t('cancel.title', { name: campaign.name })}
      confirm={t('cancel.confirm')}
      pending={move.isPending}
      error={move.error}
      onConfirm={() => {
        move.mutate({ move: 'cancel' }, { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      {campaign.audience_frozen
        ? t('cancel.text', { count: left, shown: format.number(left) })
        : t('cancel.textNotStarted')}
    </ConfirmDialog>
  );
}
