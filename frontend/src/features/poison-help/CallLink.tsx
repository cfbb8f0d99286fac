interface CallLinkProps {
  number: string;
  /** Whose number it is: shown in its place where the name holds it ("NHS 111"). */
  name?: string;
  className?: string;
}

/** A telephone number that a phone can call. */
export function CallLink({ number, name, className }: CallLinkProps) {
  return (
    <a className={className} href={`tel:${number.replace(/[^\d+]/g, '')}`}>
      {name?.includes(number) ? name : number}
    </a>
  );
}
