import { Pagination } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../lib/format';
import classes from './pager.module.css';

interface PagerProps {
  page: number;
  pageSize: number;
  count: number;
  onPage: (page: number) => void;
}

export function Pager({ page, pageSize, count, onPage }: PagerProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const pages = Math.ceil(count / pageSize);
  if (pages < 2) return null;
  const first = (page - 1) * pageSize + 1;
  return (
    <nav className={classes.pager} aria-label={t('pager.label')}>
      <span className={classes.range}>
        {t('pager.range', {
          first: format.number(first),
          last: format.number(Math.min(count, page * pageSize)),
          count: format.number(count),
        })}
      </span>
      <Pagination
        total={pages}
        value={page}
        onChange={onPage}
        size="sm"
        siblings={1}
        getItemProps={(number) => ({ 'aria-label': t('pager.page', { page: number }) })}
        getControlProps={(control) => ({
          'aria-label': t(control === 'previous' ? 'pager.previous' : 'pager.next'),
        })}
      />
    </nav>
  );
}
