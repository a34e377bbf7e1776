/** The post horn. Decorative: the name always stands beside it. */
export function Horn({ size = 32 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#1c2a5e" />
      <g fill="none" stroke="#f6b73c" strokeWidth="2.6" strokeLinecap="round" strokeLinejoin="round">
        <circle cx="14.5" cy="16" r="6" />
        <path d="M6 16.5h3M20.5 16c2.2 0 4-1.6 5.5-4.5v9c-1.5-2.9-3.3-4.5-5.5-4.5z" />
      </g>
    </svg>
  );
}
