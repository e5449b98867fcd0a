import { checkBundles, formatCheckLine } from '../../policy/author/index.ts';
import { bundleCodeFaults } from '../../sync/township/publish/coded-values.ts';
import { bundleTextFaults } from '../../sync/township/publish/text-members.ts';
import { readFileText } from './command.ts';

type Report = ReturnType<typeof checkBundles>[number];

/** A bundle file (YAML or JSON) with everything that is wrong or doubtful in it. */
interface BundleFile {
  report: Report;
  /** As the shell prints them. */
  lines: string[];
  /** Nothing of it may be used. */
  bad: boolean;
}

/** Checks bundle files, each by itself and beside the others. Refusal TEXT_UNREADABLE. */
export function checkBundleFiles(files: string[]): BundleFile[] {
  return checkBundles(files.map((file) => readFileText(file))).map((report, i) =>
    withTexts(files[i] ?? '', report),
  );
}

/** Adds what no eye sees in its texts, and codes that no table has: either fits nobody. */
function withTexts(file: string, report: Report): BundleFile {
  const wrong = [...bundleTextFaults(report.json), ...bundleCodeFaults(report.json)];
  const texts = wrong.map(({ path, code, what, cure }) => {
    const place = path
      .slice(1)
      .replace(/\/(\d+)/g, '[$1]')
      .replaceAll('/', '.');
    return `${file}:${report.lineOf(place)} error ${code} ${place}\n  ${what}；${cure}`;
  });
  return {
    report,
    lines: [...report.lines.map((line) => formatCheckLine(file, line)), ...texts],
    bad: report.json === null || texts.length > 0,
  };
}
