import { useTranslation } from 'react-i18next';
import type { PublicCampaign } from '../../../lib/api-types';
import { useFormat } from '../../../lib/format';

/** The one time that matters in the campaign's state. */
export function CampaignTimes({ campaign }: { campaign: PublicCampaign }) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  const { status, started_at: startedAt } = campaign;
  if (status === 'draft') return t('public.notStarted');
  if (status === 'running') return startedAt && t('public.startedAt', { time: dateTime(startedAt) });
  const at = campaign[`${status}_at`];
  return at && t(`public.${status}At`, { time: dateTime(at) });
}
