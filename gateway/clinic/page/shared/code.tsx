/** What the doctor reads out over the telephone. */
export const Code = ({ number }: { number: number }) => <small class="code">代号 {number}</small>;
