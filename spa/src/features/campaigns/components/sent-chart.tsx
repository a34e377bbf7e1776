import { useTranslation } from 'react-i18next';
import { ErrorState, LoadingRows } from '../../../components/states';
import type { Timeline } from '../../../lib/api-types';
import { useFormat } from '../../../lib/format';
import { useTimeline } from '../api/timeline';
import classes from './sent-chart.module.css';

const width = 720;
const height = 180;

/** A round number not below the highest bar, so that the axis can be read. */
export function axisTop(highest: number): number {
  if (highest <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(highest));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= highest) ?? 10;
  return step * power;
}

function Bars({ timeline }: { timeline: Timeline }) {
  const { t } = useTranslation('manage');
  const format = useFormat();
  const { points, bucket_seconds: bucket } = timeline;
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return <p className={classes.none}>{t('chart.none')}</p>;

  const begin = Date.parse(first.at);
  const slots = Math.round((Date.parse(last.at) - begin) / 1000 / bucket) + 1;
  const slot = Math.min(width / slots, 48);
  const top = axisTop(Math.max(...points.map((point) => point.sent + point.failed)));
  const scale = (count: number) => (count / top) * height;
  const total = points.reduce((sum, point) => sum + point.sent, 0);

  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption}>
        {t('chart.summary', {
          sent: format.number(total),
          from: format.dateTime(first.at),
          to: format.dateTime(last.at),
          bucket: format.duration(bucket),
        })}
      </figcaption>
      <div className={classes.plot}>
        <span className={classes.axis} aria-hidden="true">
          <span>{format.compact(top)}</span>
          <span>{format.compact(top / 2)}</span>
          <span>0</span>
        </span>
        <svg
          className={classes.bars}
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          {[0, 0.5, 1].map((line) => (
            <line key={line} className={classes.grid} x1="0" x2={width} y1={height * line} y2={height * line} />
          ))}
          {points.map((point) => {
            const x = Math.round((Date.parse(point.at) - begin) / 1000 / bucket) * slot;
            const sent = scale(point.sent);
            const failed = scale(point.failed);
            return (
              <g key={point.at}>
                <rect className={classes.sent} x={x} width={slot * 0.84} y={height - sent} height={sent} />
                <rect
                  className={classes.failed}
                  x={x}
                  width={slot * 0.84}
                  y={height - sent - failed}
                  height={failed}
                />
              </g>
            );
          })}
        </svg>
      </div>
      <details className={classes.details}>
        <summary>{t('chart.asTable')}</summary>
        <div className={classes.scroll}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('chart.time')}</th>
                <th scope="col">{t('delivery.sent')}</th>
                <th scope="col">{t('delivery.failed')}</th>
              </tr>
            </thead>
            <tbody>
              {points.map((point) => (
                <tr key={point.at}>
                  <th scope="row">{format.time(point.at)}</th>
                  <td>{format.number(point.sent)}</td>
                  <td>{format.number(point.failed)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

export function SentChart({ id, running }: { id: number; running: boolean }) {
  const timeline = useTimeline(id, running);
  if (timeline.isPending) return <LoadingRows rows={1} height={220} />;
  if (timeline.isError && !timeline.data) {
    return <ErrorState error={timeline.error} onRetry={() => void timeline.refetch()} />;
  }
  return <Bars timeline={timeline.data} />;
}
