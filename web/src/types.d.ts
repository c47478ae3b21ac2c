// The document that vmlesson/show/stepper.py writes, and what the parts of the stepper share.

declare module "*.css" {
  const text: string;
  export default text;
}

/** What a picture calls an object; it keeps it in all states. */
type Id = string;

interface Cell {
  address: number;
  table: Id | null;
  kind: "none" | "present" | "zero" | "migration";
  page: Id | null;
  pfn: number | null;
  write: boolean;
}
interface Vma {
  id: Id;
  name: string;
  mm: Id;
  start: number;
  end: number;
  pgoff: number;
  perms: string;
  inserted: boolean;
  cells: Cell[];
}
interface Lock {
  id: Id;
  name: string;
  label: string;
  kind: "mutex" | "mmap_sem" | "page_table_lock" | "ptl" | "page lock";
  guards: Id;
  owners: string[];
  waiters: string[];
}
interface Page {
  id: Id;
  pfn: number;
  mapcount: number;
  count: number;
  mapping: Id | null;
  locked: string | null;
}
interface Family {
  id: Id;
  name: string;
  root: Id;
  list: Id[];
}
interface Avc {
  id: Id;
  vma: Id;
  anon_vma: Id;
}
interface Cursor {
  cpu: string;
  anon_vma: Id;
  avc: Id | null;
}
interface Move {
  cpu: string;
  source: Id;
  destination: Id;
}
/** What vmlesson/replay/picture.py takes of a kernel. */
interface Picture {
  mms: { id: Id; name: string }[];
  vmas: Vma[];
  anon_vmas: Family[];
  avcs: Avc[];
  tables: { id: Id; lock: Id }[];
  pages: Page[];
  locks: Lock[];
  cursors: Cursor[];
  moves: Move[];
}

/** A function by its place in `functions`, and a line of it, from 1. */
type Place = [number, number];

interface View {
  next: string;
  waits: string;
  stack: Place[];
  shown: number;
  /** The local variables of the frame at `shown`, and their values in words. */
  locals?: [string, string][];
  /** The entry that it has taken out of one slot and not yet put into another. */
  hand?: string;
}
interface Did {
  cpu: number;
  sentence: string;
  /** The sentence without who and where. */
  said: string;
  place: Place | null;
  findings: [string, string][];
  ids: string[];
  changes: string[];
  reads?: Record<string, string>;
  writes?: Record<string, [string, string]>;
  taken?: string[];
  dropped?: string[];
}
interface Verdict {
  outcome: "fails" | "holds" | "open";
  kind: string;
  message: string;
  words: string;
}
type Outlook = "can" | "lost" | "safe" | "unknown";
interface State {
  views: number[];
  picture?: Record<keyof Picture, number[]>;
  moves?: Record<number, number>;
  outlook?: Outlook;
  hint?: number;
  end?: Verdict;
}
interface StepTo {
  did: number;
  to: number;
}
interface Source {
  name: string;
  file: string;
  lines: string[];
  folded: boolean;
  doc: number[];
}
/** A graph of states, and steps between them; what many have in common is in `pool`. */
interface Doc {
  format: number;
  title: string;
  text: string;
  cpus: string[];
  functions: Source[];
  // biome-ignore lint/suspicious/noExplicitAny: what a place holds depends on who names it
  pool: any[];
  states: State[];
  steps: StepTo[];
  roles: Record<Id, Role>;
  walked: Id | null;
  run: number[];
  at: number;
  decisive: number | null;
  verdict: Verdict | null;
  drive?: { whole: boolean; longest: number | null };
  /** A run that parts from this one after `parts` steps, and ends otherwise. */
  beside?: { run: number[]; parts: number; verdict: Verdict };
}
type Role = "source" | "destination";

/** What a kernel adds to a document, when it is asked for a step. */
interface More {
  answer: number;
  step: number;
  pool: unknown[];
  states: State[];
  steps: StepTo[];
  functions: Source[];
}
type Part = "pool" | "states" | "steps" | "functions";

/** What a stepper asks its host, and tells it. */
interface Options {
  /** Whether it has a page of its own. */
  page?: boolean;
  /** Without a whole graph: a promise of what the next step adds. */
  ask?: ((path: number[], cpu: number) => Promise<More>) | null;
  /** Told of each step to another place. */
  moved?: ((at: number, path: number[]) => void) | null;
}

/** What a widget and its kernel share. */
interface Shared {
  doc: Doc;
  at: number;
  path: number[];
}
