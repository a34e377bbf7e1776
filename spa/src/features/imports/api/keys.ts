export const importKeys = {
  every: ["imports"] as const,
  page: (query: object) => ["imports", "page", query] as const,
  detail: (id: number) => ["imports", "detail", id] as const,
};
