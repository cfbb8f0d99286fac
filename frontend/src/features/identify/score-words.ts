/** How sure the model is, in words: of its own score, which is not yet how often it is right. */
export function sureness(score: number): string {
  if (score >= 0.9) return 'very sure';
  if (score >= 0.7) return 'fairly sure';
  if (score >= 0.5) return 'not very sure';
  return 'unsure';
}
