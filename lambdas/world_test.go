package lambdas_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/lambdaenv"
)

const (
	group  = "sp5ft-01HZXK3J5T9V2QWERTY0123456"
	poolID = "01HZXK3J5T9V2QWERTY0123456"
	secret = "d41d8cd98f00b204e9800998ecf8427e"
)

// world answers for AWS and Spacelift: a group of instances that all have a worker,
// which is idle, and nothing to do. Its answers are as large as the real ones.
type world struct {
	server   *httptest.Server
	pool     []byte   // answer
	group    []byte   // answer
	machines [][]byte // answers, page by page

	mu     sync.Mutex
	calls  map[string]int
	traces []string // of the calls to AWS
}

func newWorld(t testing.TB, instances int) *world {
	t.Helper()
	w := &world{calls: map[string]int{}, pool: poolOf(instances), group: groupOf(instances)}
	for first := 0; first < instances; first += page {
		w.machines = append(w.machines, machinesOf(first, min(first+page, instances), instances))
	}
	w.server = httptest.NewServer(w)
	t.Cleanup(w.server.Close)
	return w
}

// ServeHTTP implements http.Handler.
func (w *world) ServeHTTP(out http.ResponseWriter, request *http.Request) {
	var body bytes.Buffer
	_, _ = body.ReadFrom(request.Body)
	request.Body = http.NoBody
	var action string
	switch target := request.Header.Get("X-Amz-Target"); {
	case request.URL.Path == "/graphql":
		action = "pool"
		if strings.Contains(body.String(), "apiKeyUser") {
			action = "login"
		}
	case target != "":
		_, action, _ = strings.Cut(target, ".")
	default:
		request.URL.RawQuery = body.String()
		action = request.FormValue("Action")
	}
	w.note(action, request.Header.Get("X-Amzn-Trace-Id"))
	switch action {
	case "login":
		user := map[string]any{"jwt": "eyJhbGciOiJub25lIn0.e30.c2ln", "validUntil": time.Now().Add(time.Hour).Unix()}
		_, _ = out.Write(jsonOf(map[string]any{"data": map[string]any{"apiKeyUser": user}}))
	case "pool":
		_, _ = out.Write(w.pool)
	case "GetParameter":
		_, _ = out.Write(jsonOf(map[string]any{"Parameter": map[string]any{"Value": secret}}))
	case "DescribeAutoScalingGroups":
		_, _ = out.Write(w.group)
	case "DescribeInstances":
		number, _ := strconv.Atoi(request.FormValue("NextToken"))
		_, _ = out.Write(w.machines[number])
	default:
		http.Error(out, action+" is not expected", http.StatusNotImplemented)
	}
}

func (w *world) note(action, trace string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls[action]++
	if trace != "" {
		w.traces = append(w.traces, trace)
	}
}

// page is how many instances EC2 shows at once.
const page = 1000

func jsonOf(document any) []byte {
	text, _ := json.Marshal(document)
	return text
}

func instanceID(n int) string { return fmt.Sprintf("i-%017x", n) }

func poolOf(n int) []byte {
	workers := make([]map[string]any, n)
	since := time.Now().Add(-time.Minute).Unix()
	for i := range workers {
		metadata := fmt.Sprintf(`{"instance_id":%q,"asg_id":%q,"ami_id":"ami-0123456789abcdef0","availability_zone":"eu-west-1a"}`, instanceID(i), group)
		workers[i] = map[string]any{"id": fmt.Sprintf("01K0W%021d", i), "busy": false, "drained": false, "createdAt": since, "availableAt": since, "metadata": metadata}
	}
	return jsonOf(map[string]any{"data": map[string]any{"workerPool": map[string]any{"pendingRuns": 0, "workers": workers}}})
}

func groupOf(n int) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, `<DescribeAutoScalingGroupsResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><DescribeAutoScalingGroupsResult><AutoScalingGroups><member>`+
		`<AutoScalingGroupName>%s</AutoScalingGroupName><MinSize>%[2]d</MinSize><MaxSize>%[2]d</MaxSize><DesiredCapacity>%[2]d</DesiredCapacity><Instances>`, group, n)
	for i := range n {
		fmt.Fprintf(&out, `<member><InstanceId>%s</InstanceId><AvailabilityZone>eu-west-1a</AvailabilityZone><LifecycleState>InService</LifecycleState>`+
			`<HealthStatus>Healthy</HealthStatus><InstanceType>t3.micro</InstanceType><ProtectedFromScaleIn>false</ProtectedFromScaleIn>`+
			`<LaunchTemplate><LaunchTemplateId>lt-0123456789abcdef0</LaunchTemplateId><LaunchTemplateName>%s</LaunchTemplateName><Version>1</Version></LaunchTemplate></member>`, instanceID(i), group)
	}
	out.WriteString(`</Instances></member></AutoScalingGroups></DescribeAutoScalingGroupsResult></DescribeAutoScalingGroupsResponse>`)
	return out.Bytes()
}

// machinesOf are the instances from first to last, without that, of n.
func machinesOf(first, last, n int) []byte {
	var out bytes.Buffer
	out.WriteString(`<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><reservationSet>`)
	for i := first; i < last; i++ {
		fmt.Fprintf(&out, machine, i, instanceID(i), time.Now().Add(-time.Hour).UTC().Format(time.RFC3339), i&0xff, group)
	}
	out.WriteString(`</reservationSet>`)
	if last < n {
		fmt.Fprintf(&out, `<nextToken>%d</nextToken>`, last/page)
	}
	out.WriteString(`</DescribeInstancesResponse>`)
	return out.Bytes()
}

// machine is an instance as EC2 shows it: its number, id, launch, address and group.
const machine = `<item><reservationId>r-%017[1]x</reservationId><ownerId>123456789012</ownerId><groupSet/><instancesSet><item>
<instanceId>%[2]s</instanceId><imageId>ami-0123456789abcdef0</imageId><instanceState><code>16</code><name>running</name></instanceState>
<privateDnsName>ip-10-0-%[4]d.eu-west-1.compute.internal</privateDnsName><dnsName/><reason/><amiLaunchIndex>0</amiLaunchIndex><productCodes/>
<instanceType>t3.micro</instanceType><launchTime>%[3]s</launchTime><placement><availabilityZone>eu-west-1a</availabilityZone><groupName/><tenancy>default</tenancy></placement>
<monitoring><state>enabled</state></monitoring><subnetId>subnet-0123456789abcdef0</subnetId><vpcId>vpc-0123456789abcdef0</vpcId><privateIpAddress>10.0.0.%[4]d</privateIpAddress>
<sourceDestCheck>true</sourceDestCheck><groupSet><item><groupId>sg-0123456789abcdef0</groupId><groupName>workers</groupName></item></groupSet>
<architecture>x86_64</architecture><rootDeviceType>ebs</rootDeviceType><rootDeviceName>/dev/xvda</rootDeviceName>
<blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs><volumeId>vol-%017[1]x</volumeId><status>attached</status><attachTime>%[3]s</attachTime><deleteOnTermination>true</deleteOnTermination></ebs></item></blockDeviceMapping>
<virtualizationType>hvm</virtualizationType><clientToken>fleet-01234567-89ab-cdef-0123-456789abcdef-0</clientToken>
<tagSet><item><key>aws:autoscaling:groupName</key><value>%[5]s</value></item><item><key>aws:ec2launchtemplate:id</key><value>lt-0123456789abcdef0</value></item><item><key>WorkerPoolID</key><value>01HZXK3J5T9V2QWERTY0123456</value></item></tagSet>
<hypervisor>xen</hypervisor><networkInterfaceSet><item><networkInterfaceId>eni-%017[1]x</networkInterfaceId><subnetId>subnet-0123456789abcdef0</subnetId><vpcId>vpc-0123456789abcdef0</vpcId><description/><ownerId>123456789012</ownerId><status>in-use</status>
<macAddress>02:00:00:00:00:01</macAddress><privateIpAddress>10.0.0.%[4]d</privateIpAddress><sourceDestCheck>true</sourceDestCheck><groupSet><item><groupId>sg-0123456789abcdef0</groupId><groupName>workers</groupName></item></groupSet>
<attachment><attachmentId>eni-attach-%017[1]x</attachmentId><deviceIndex>0</deviceIndex><status>attached</status><attachTime>%[3]s</attachTime><deleteOnTermination>true</deleteOnTermination><networkCardIndex>0</networkCardIndex></attachment></item></networkInterfaceSet>
<iamInstanceProfile><arn>arn:aws:iam::123456789012:instance-profile/pool</arn><id>AIPA0123456789ABCDEF0</id></iamInstanceProfile><ebsOptimized>false</ebsOptimized><enaSupport>true</enaSupport>
<cpuOptions><coreCount>1</coreCount><threadsPerCore>2</threadsPerCore></cpuOptions><metadataOptions><state>applied</state><httpTokens>required</httpTokens><httpPutResponseHopLimit>1</httpPutResponseHopLimit><httpEndpoint>enabled</httpEndpoint></metadataOptions>
</item></instancesSet></item>`

// environ is that of the autoscaler, which polls once an invocation. It does for the
// lifecycle manager as well.
func (w *world) environ() map[string]string {
	return lambdaenv.Autoscaler{
		Common: lambdaenv.Common{
			GroupARN: "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:f8a1a45f-6e5b-4b61-a31c-5e1ba0f4a1b2:autoScalingGroupName/" + group,
			Region:   "eu-west-1", APIKeyID: "01K0K00000000000000000000A", APIKeySecretName: "/pool/secret", APIKeyEndpoint: w.server.URL,
			WorkerPoolID: poolID, BootTimeout: 10 * time.Minute,
		},
		MaxCreate: 1, MaxKill: 1, TargetUtilization: 100, PollingInterval: time.Minute, Timeout: time.Minute,
	}.Map()
}
