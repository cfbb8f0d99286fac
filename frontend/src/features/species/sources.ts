/** The tables behind species.csv, as a reader would name them; one not listed here is shown by its short name. */
const NAMES: Record<string, string> = {
  first_nature: 'First Nature',
  mykoweb: 'MykoWeb',
  wagner: 'Wagner et al., Secondary Mushroom Dataset',
  wikipedia: 'Wikipedia',
  wild_food_uk: 'Wild Food UK',
  general: 'general mycological knowledge of this table’s compilers',
};

export function sourceName(source: string): string {
  return NAMES[source] ?? `data set “${source}”`;
}
