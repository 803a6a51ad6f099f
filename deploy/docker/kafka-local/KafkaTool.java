import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringSerializer;

/** Lists and makes topics, produces lines of standard input. The first argument says which; see {@code tool} beside this file. */
final class KafkaTool {
    private static final Set<String> FLAGS = Set.of("--list", "--create", "--if-not-exists");
    private static final Set<String> VALUES = Set.of("--bootstrap-server", "--topic", "--partitions");

    private final Map<String, String> options = new HashMap<>();

    private KafkaTool(List<String> args) {
        for (int i = 0; i < args.size(); i++) {
            String name = args.get(i);
            if (FLAGS.contains(name)) {
                options.put(name, "");
            } else if (VALUES.contains(name) && i + 1 < args.size()) {
                options.put(name, args.get(++i));
            } else {
                throw new IllegalArgumentException("'" + name + "' is not one of " + FLAGS + " and, with a value, " + VALUES);
            }
        }
    }

    public static void main(String[] args) {
        try {
            KafkaTool tool = new KafkaTool(List.of(args).subList(1, args.length));
            if (args[0].equals("kafka-console-producer")) {
                tool.produce();
            } else {
                tool.topics();
            }
        } catch (Exception e) {
            System.err.println(args[0] + ": " + e.getMessage());
            System.exit(1);
        }
    }

    private void topics() throws Exception {
        try (Admin admin = Admin.create(client())) {
            if (options.containsKey("--create")) {
                create(admin);
            } else {
                admin.listTopics().names().get().stream().sorted().forEach(System.out::println);
            }
        }
    }

    private void create(Admin admin) throws Exception {
        String topic = value("--topic");
        Optional<Integer> partitions = Optional.ofNullable(options.get("--partitions")).map(Integer::valueOf);
        try {
            admin.createTopics(List.of(new NewTopic(topic, partitions, Optional.empty()))).all().get();
            System.out.println("Created topic " + topic + ".");
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException) || !options.containsKey("--if-not-exists")) {
                throw e;
            }
        }
    }

    private void produce() throws Exception {
        String topic = value("--topic");
        AtomicReference<Exception> failure = new AtomicReference<>();
        try (KafkaProducer<String, String> producer =
                        new KafkaProducer<>(client(), new StringSerializer(), new StringSerializer());
                BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                producer.send(new ProducerRecord<>(topic, line), (written, error) -> {
                    if (error != null) {
                        failure.set(error);
                    }
                });
            }
        }
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    private Map<String, Object> client() {
        return Map.of("bootstrap.servers", value("--bootstrap-server"));
    }

    private String value(String option) {
        return Optional.ofNullable(options.get(option))
                .orElseThrow(() -> new IllegalArgumentException(option + " is missing"));
    }
}
