package dev.podtrain.cli;

import java.util.List;

/** Rows of cells in columns, two spaces apart. */
final class Table {
    private Table() {}

    static String of(List<List<String>> rows) {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        StringBuilder table = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - width(row.get(i)) + 2));
            }
            if (table.length() > 0) {
                table.append('\n');
            }
            table.append(line.toString().stripTrailing());
        }
        return table.toString();
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
