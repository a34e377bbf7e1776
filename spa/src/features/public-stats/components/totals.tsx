import { useTranslation } from 'react-i18next';
import type { PublicCampaign } from '../../../lib/api-types';
import { useFormat } from '../../../lib/format';
import classes from './totals.module.css';

interface TotalsProps {
  /** Every running campaign; undefined while it is not known. */
  running: PublicCampaign[] | undefined;
}

export function Totals({ running }: TotalsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const sum = (pick: (campaign: PublicCampaign) => number) =>
    (running ?? []).reduce((total, campaign) => total + pick(campaign), 0);
  const sent = sum((campaign) => campaign.sent);
  const total = sum((campaign) => campaign.total);
  const shown = (text: string) => (running ? text : '–');
  const percent = total === 0 ? 0 : Math.floor((sent / total) * 1000) / 10;

  return (
    <section className={classes.band} aria-label={t('public.totals')}>
      <dl className={classes.figures}>
        <div className={classes.lead}>
          <dt>{t('public.sentNow')}</dt>
          <dd>
            <strong>{shown(format.number(sent))}</strong>
            <span>{running && t('public.ofTotal', { total: format.number(total) })}</span>
          </dd>
        </div>
        <div>
          <dt>{t('public.runningNow')}</dt>
          <dd>{shown(format.number(running?.length ?? 0))}</dd>
        </div>
        <div>
          <dt>{t('public.perSecond')}</dt>
          <dd>{shown(format.number(sum((campaign) => campaign.rate)))}</dd>
        </div>
        <div>
          <dt>{t('public.done')}</dt>
          <dd>{shown(format.percent(percent))}</dd>
        </div>
      </dl>
      <div className={classes.line} aria-hidden="true">
        <div style={{ transform: `scaleX(${percent / 100})` }} />
      </div>
    </section>
  );
}
