import { useTranslation } from 'react-i18next';
import { ProgressBar } from '../../../components/progress-bar';
import { StatusBadge } from '../../../components/status-badge';
import type { PublicCampaign } from '../../../lib/api-types';
import { useFormat } from '../../../lib/format';
import { CampaignTimes } from './campaign-times';
import classes from './campaign-board.module.css';

interface CampaignBoardProps {
  campaigns: PublicCampaign[];
  busy: boolean;
}

/** One table; on a phone each row is a card. Roles are written out because a changed display drops a table's own. */
export function CampaignBoard({ campaigns, busy }: CampaignBoardProps) {
  const { t } = useTranslation();
  const format = useFormat();

  return (
    <table role="table" className={classes.board} aria-label={t('public.board')} data-busy={busy || undefined}>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">{t('public.campaign')}</th>
          <th role="columnheader" scope="col">{t('public.state')}</th>
          <th role="columnheader" scope="col">{t('public.progress')}</th>
          <th role="columnheader" scope="col" className={classes.figure}>{t('public.sent')}</th>
          <th role="columnheader" scope="col" className={classes.figure}>{t('public.subscribers')}</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {campaigns.map((campaign) => {
          const moving = campaign.status === 'running';
          return (
            <tr role="row" key={campaign.id} data-testid={`campaign-${campaign.id}`}>
              <th role="rowheader" scope="row" className={classes.name}>
                {campaign.name}
                <span className={classes.times}>
                  <CampaignTimes campaign={campaign} />
                </span>
              </th>
              <td role="cell" className={classes.state}>
                <StatusBadge status={campaign.status} />
              </td>
              <td role="cell" className={classes.progress}>
                <div className={classes.line}>
                  <ProgressBar
                    percent={campaign.percent}
                    status={campaign.status}
                    label={t('public.progressOf', { name: campaign.name })}
                  />
                  <span className={classes.percent} data-testid="percent">
                    {format.percent(campaign.percent)}
                  </span>
                </div>
                <span className={classes.pace}>
                  {moving && t('public.rate', { rate: format.rate(campaign.rate) })}
                  {moving && campaign.eta_seconds !== null && (
                    <> · {t('public.eta', { time: format.duration(campaign.eta_seconds) })}</>
                  )}
                </span>
              </td>
              <td role="cell" className={classes.figure} data-caption={t('public.sent')} data-testid="sent">
                {campaign.total === 0 ? '–' : format.number(campaign.sent)}
              </td>
              <td role="cell" className={classes.figure} data-caption={t('public.subscribers')}>
                {campaign.total === 0 ? '–' : format.number(campaign.total)}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
